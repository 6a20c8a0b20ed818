/**
 * Closing: what happens when voting ends, from the last vote to the certified result, in this
 * order:
 *
 * 1. voting has ended (pipeline/polls.ts, pipeline/shared-polls.ts);
 * 2. no server takes a ballot any more;
 * 3. every ballot that was taken is stored;
 * 4. that voting has ended is stored, so that no restart opens it again;
 * 5. the publisher ends the log: the end entry, the rest that was held back, the close
 *    (pipeline/publish/publish.ts, `close`);
 * 6. the result of the closed log may be certified, which is noticed (certification.ts).
 *
 * Nothing is remembered over a restart. Each look begins at step 1 and finds how far the closing
 * has come, and each step may be repeated, so a process may end between any two of them and the
 * next one goes on.
 */
import type { Phase } from '../../core/election/phase.ts'
import type { Clock } from '../../ports/clock.ts'
import type { PollsRecord } from '../../ports/polls-record.ts'

export interface ClosingPorts {
  readonly phase: () => Phase
  readonly ballots: LastBallots
  readonly polls: Pick<PollsRecord, 'wasClosed'>
  /** Whether the close is in the published log, whichever process published it. */
  readonly isLogClosed: () => boolean
  /** null where another process publishes the log. */
  readonly publisher: LogEnder | null
  /**
   * Looks for a certification of the closed log; handles its own failures. null where others look.
   */
  readonly certification: (() => Promise<void>) | null
  readonly clock: Clock
  /** Steps 3 to 5 failed. They are tried again at the next look. */
  readonly onTrouble: (cause: unknown) => void
}

/** The ballots of an election whose voting has ended. */
export interface LastBallots {
  /** From now on no server takes a ballot. Safe to repeat. @throws where storage cannot be asked */
  readonly refuse: () => Promise<void>
  /**
   * Whether the log may be ended as far as other servers' ballots go; asked again at the next look.
   * Only a process that publishes asks.
   * @throws where storage cannot be asked
   */
  readonly othersAreStored: () => Promise<boolean>
  /** Resolves at a moment when no ballot is on its way through this process. */
  readonly quiet: () => Promise<void>
  /** Keys spent, once all of them are stored. */
  readonly keysUsed: () => number
  /**
   * The log is closed: a ballot that storage still holds counts for nothing. Safe to repeat.
   * @throws as `refuse`
   */
  readonly forget: () => Promise<void>
}

export interface LogEnder {
  /**
   * Ends the log. Goes on where it was cut off, and fails only by never settling: the process ends
   * then.
   * @returns `refused` where ballots, keys used and leaves are not as many: nothing was written
   */
  readonly end: (counted: {
    readonly keysUsed: number
    readonly atMs: number
  }) => Promise<'closed' | 'refused'>
}

/** How far the closing has come: `ending` and `closed` are about the public log. */
export type ClosingStage = 'voting' | 'last-ballots' | 'ending' | 'closed'

export interface Closing {
  /**
   * To be called now and then, one call at a time; does not wait for the log to end.
   * @throws as `LastBallots.refuse`
   */
  readonly look: () => Promise<ClosingStage>
}

/** How long after a close that was refused it is asked for again. */
const AGAIN_MS = 30_000

export function closing(ports: ClosingPorts): Closing {
  const { phase, ballots, polls, isLogClosed, publisher, certification, clock } = ports
  /** Whether steps 3 to 5 are under way. */
  let isEnding = false
  let notBeforeMs = Number.NEGATIVE_INFINITY

  const end = async (log: LogEnder): Promise<void> => {
    await ballots.quiet()
    // A close that only this process remembers could be forgotten, and ballots come after it.
    if (!(await polls.wasClosed())) return
    const outcome = await log.end({ keysUsed: ballots.keysUsed(), atMs: clock.nowMs() })
    if (outcome === 'refused') notBeforeMs = clock.nowMs() + AGAIN_MS
  }

  const endLog = async (): Promise<ClosingStage> => {
    await ballots.refuse()
    if (publisher === null) return 'ending'
    if (!(await ballots.othersAreStored())) return 'last-ballots'
    if (isEnding || clock.nowMs() < notBeforeMs) return 'ending'
    isEnding = true
    end(publisher)
      .catch(ports.onTrouble)
      .finally(() => {
        isEnding = false
      })
    return 'ending'
  }

  const stayClosed = async (): Promise<void> => {
    await ballots.refuse()
    await ballots.forget()
  }

  return {
    look: async () => {
      if (phase() !== 'closed') return 'voting'
      if (!isLogClosed()) return endLog()
      // Side by side: a certification is noticed while the keys' storage is away.
      await Promise.all([stayClosed(), certification?.()])
      return 'closed'
    },
  }
}
