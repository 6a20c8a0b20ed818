/**
 * Whether voting is open, by the clock. Once closed it stays closed, even if the clock jumps or the
 * process restarts, because the results may have been seen.
 *
 * A change of the election is published only before voting has ended, and voting does not end while
 * a change is being published. Otherwise the log could state that an election changed after its
 * end.
 */
import type { Election } from '../core/election/definition.ts'
import { type Phase, phaseAt, REFUSAL_IN } from '../core/election/phase.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Clock } from '../ports/clock.ts'
import type { PollsRecord } from '../ports/polls-record.ts'

export interface PollsDeps {
  /** Including amendments so far. */
  readonly election: Pick<Election, 'opensAtMs' | 'closesAtMs'>
  readonly clock: Clock
  readonly record: PollsRecord
  /** Called if the close could not be stored; the next look tries again. */
  readonly onUnstored: (cause: unknown) => void
}

export interface Polls {
  /** The phase now. */
  readonly phase: () => Phase
  /** The refusal for new ballots; null while voting is open. */
  readonly refusal: () => RefusalCode | null
  /** When voting ends, Unix milliseconds, including the extensions published so far. */
  readonly closesAtMs: () => number
  /**
   * Publishes a change of the election.
   * @param publish rejects if nothing was published
   * @param extendedToMs the new end of voting, if the change is an extension
   * @returns `ended` if voting had ended: nothing was published
   * @throws what `publish` throws
   */
  readonly change: (publish: () => Promise<void>, extendedToMs?: number) => Promise<'published' | 'ended'>
}

/** Between two attempts to store the close. */
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
      // While a change is being published, it is open whether voting has ended: the voter can retry
      // in a moment.
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
