/**
 * Closing: what happens when voting ends, from the last vote to the certified result, in this
 * order:
 *
 * 1. voting ends (pipeline/polls.ts, pipeline/shared-polls.ts);
 * 2. servers stop accepting ballots;
 * 3. every accepted ballot is stored;
 * 4. the end of voting is stored, so that no restart opens voting again;
 * 5. the publisher ends the log: the end entry, the rest that was held back, the close
 *    (pipeline/publish/publish.ts, `close`);
 * 6. the result of the closed log may be certified, which is noticed (certification.ts).
 *
 * Nothing is remembered across restarts. Each look begins at step 1 and finds how far the closing
 * has come, and each step may be repeated. So a process may end between any two steps and the next
 * process continues.
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
  /** null if another process publishes the log. */
  readonly publisher: LogEnder | null
  /**
   * Looks for a certification of the closed log; handles its own failures. null if another process
   * looks.
   */
  readonly certification: (() => Promise<void>) | null
  readonly clock: Clock
  /** Steps 3 to 5 failed. The next look tries them again. */
  readonly onTrouble: (cause: unknown) => void
}

/**
 * From now on no server accepts a ballot. Safe to repeat.
 * @throws if storage cannot be reached
 */
export interface LastBallots {
  /**
   * Whether all ballots that other servers accepted are stored, so that the log may end; the next
   * look asks again. Only a publishing process asks.
   * @throws if storage cannot be reached
   */
  readonly refuse: () => Promise<void>
  /** Resolves at a moment when no ballot is on its way through this process. */
  readonly othersAreStored: () => Promise<boolean>
  /** Keys spent, once all of them are stored. */
  readonly quiet: () => Promise<void>
  /**
   * Removes ballots that storage still holds: the log is closed, so they do not count. Safe to
   * repeat.
   * @throws as `refuse`
   */
  readonly keysUsed: () => number
  /**
   * The log is closed: a ballot that storage still holds counts for nothing. Safe to repeat.
   * @throws as `refuse`
   */
  readonly forget: () => Promise<void>
}

export interface LogEnder {
  /**
   * Ends the log. Continues an interrupted end. A failure never settles the promise: the process
   * then ends.
   * @returns `refused` if the numbers of ballots, used keys and leaves differ: nothing was written
   */
  readonly end: (counted: {
    readonly keysUsed: number
    readonly atMs: number
  }) => Promise<'closed' | 'refused'>
}

/** How far the closing has come: `ending` and `closed` refer to the public log. */
export type ClosingStage = 'voting' | 'last-ballots' | 'ending' | 'closed'

export interface Closing {
  /**
   * Call it regularly, one call at a time; it does not wait for the log to end.
   * @throws as `LastBallots.refuse`
   */
  readonly look: () => Promise<ClosingStage>
}

/** How long after a refusal the close is requested again. */
const AGAIN_MS = 30_000

export function closing(ports: ClosingPorts): Closing {
  const { phase, ballots, polls, isLogClosed, publisher, certification, clock } = ports
  /** Whether steps 3 to 5 are under way. */
  let isEnding = false
  let notBeforeMs = Number.NEGATIVE_INFINITY

  const end = async (log: LogEnder): Promise<void> => {
    await ballots.quiet()
    // If only this process remembered the close, it could be forgotten, and ballots could follow
    // it.
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
      // Concurrently, so that a certification is noticed while the keys' storage is unavailable.
      await Promise.all([stayClosed(), certification?.()])
      return 'closed'
    },
  }
}
