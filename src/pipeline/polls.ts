/**
 * Whether voting is open, by the clock port. Once closed it stays closed, over jumps of the clock
 * and restarts: the results may have been seen.
 *
 * A change of the election is published only while voting has not ended, and voting does not end
 * while one is being published: else the log could say of an election that it changed after its
 * end.
 */
import type { Election } from '../core/election/definition.ts'
import { type Phase, phaseAt, REFUSAL_IN } from '../core/election/phase.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Clock } from '../ports/clock.ts'
import type { PollsRecord } from '../ports/polls-record.ts'

export interface PollsDeps {
  /** As amendments have changed it by now. */
  readonly election: Pick<Election, 'opensAtMs' | 'closesAtMs'>
  readonly clock: Clock
  readonly record: PollsRecord
  /** Told when the close could not be stored; it is tried again at the next look. */
  readonly onUnstored: (cause: unknown) => void
}

export interface Polls {
  /** The phase now. */
  readonly phase: () => Phase
  /** What a new ballot gets now; null is no refusal. */
  readonly refusal: () => RefusalCode | null
  /** When voting ends, Unix milliseconds, with the extensions published by now. */
  readonly closesAtMs: () => number
  /**
   * Publishes a change of the election.
   * @param publish rejects where nothing was published
   * @param extendedToMs when voting ends once it is published, where the change is an extension
   * @returns `ended` where voting had ended: nothing was published
   * @throws what `publish` throws
   */
  readonly change: (publish: () => Promise<void>, extendedToMs?: number) => Promise<'published' | 'ended'>
}

/** Between two tries to store the close. */
const RETRY_MS = 1_000

export async function polls({ election, clock, record, onUnstored }: PollsDeps): Promise<Polls> {
  let { closesAtMs } = election
  let closed = await record.wasClosed()
  let stored = closed
  let storing = false
  let triedAtMs = Number.NEGATIVE_INFINITY
  /** Changes that are being published. */
  let changing = 0
  const store = (nowMs: number): void => {
    if (stored || storing || Math.abs(nowMs - triedAtMs) < RETRY_MS) return
    triedAtMs = nowMs
    storing = true
    record
      .recordClosed(nowMs)
      .then(() => {
        stored = true
      }, onUnstored)
      .finally(() => {
        storing = false
      })
  }
  const isPast = (): boolean => clock.nowMs() >= closesAtMs
  const phase = (): Phase => {
    const nowMs = clock.nowMs()
    if (changing === 0 && nowMs >= closesAtMs) closed = true
    if (!closed) return phaseAt({ ...election, closesAtMs: Number.POSITIVE_INFINITY }, nowMs)
    store(nowMs)
    return 'closed'
  }
  return {
    phase,
    refusal: () => {
      const now = phase()
      // A ballot of now is of an election that may or may not have ended: it can come again in a
      // moment.
      return now === 'open' && isPast() ? 'storage-unavailable' : REFUSAL_IN[now]
    },
    closesAtMs: () => closesAtMs,
    change: async (publish, extendedToMs) => {
      if (phase() === 'closed') return 'ended'
      changing++
      try {
        await publish()
        if (extendedToMs !== undefined) closesAtMs = extendedToMs
      } finally {
        changing--
      }
      return 'published'
    },
  }
}
