/**
 * Whether voting is open, if several processes serve an election and its end may be moved. The end
 * is fixed shortly before it, so that every process that could ask in time closes on the second,
 * and no extension is possible afterwards. A process that could not ask does not guess: it accepts
 * no ballot and shows no result until it has asked.
 */
import type { Election } from '../core/election/definition.ts'
import { type Phase, phaseAt, REFUSAL_IN } from '../core/election/phase.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Clock } from '../ports/clock.ts'
import type { PollsRecord } from '../ports/polls-record.ts'
import type { VotingEnds } from '../ports/voting-end.ts'

/**
 * An extension must be requested at least this long before the end, so that every process polls
 * several times in between.
 */
export const FIXED_BEFORE_MS = 10_000

export interface SharedPollsDeps {
  /** As defined originally. */
  readonly election: Pick<Election, 'opensAtMs' | 'closesAtMs'>
  readonly clock: Clock
  readonly ends: VotingEnds
  readonly record: Pick<PollsRecord, 'recordClosed'>
}

export interface SharedPolls {
  /** `closed` only if that is certain. */
  readonly phase: () => Phase
  /** The refusal for new ballots; null while voting is open. */
  readonly refusal: () => RefusalCode | null
  /** When voting ends, as far as this process knows. */
  readonly closesAtMs: () => number
  /**
   * Call it about once a second, one call at a time.
   * @throws if storage cannot be reached
   */
  readonly look: () => Promise<void>
}

/** @throws if storage cannot be reached */
export async function sharedPolls({ election, clock, ends, record }: SharedPollsDeps): Promise<SharedPolls> {
  let end = await ends.read()
  let closed = end.isClosed
  const closesAtMs = () => end.extendedToMs ?? election.closesAtMs
  const isPast = () => clock.nowMs() >= closesAtMs()
  const phase = (): Phase => {
    // Permanent, whatever the clock shows later: the results may have been seen.
    if (end.isClosed || (end.isFixed && isPast())) closed = true
    if (closed) return 'closed'
    return phaseAt({ opensAtMs: election.opensAtMs, closesAtMs: Number.POSITIVE_INFINITY }, clock.nowMs())
  }
  return {
    phase,
    refusal: () => {
      const now = phase()
      return now !== 'closed' && isPast() ? 'storage-unavailable' : REFUSAL_IN[now]
    },
    closesAtMs,
    look: async () => {
      const nowMs = clock.nowMs()
      if (phase() !== 'closed') {
        const isDue = !end.isFixed && nowMs >= closesAtMs() - FIXED_BEFORE_MS
        end = isDue ? await ends.fix(end.extendedToMs) : await ends.read()
      } else if (!end.isClosed) {
        await record.recordClosed(nowMs)
        end = { ...end, isClosed: true }
      }
    },
  }
}
