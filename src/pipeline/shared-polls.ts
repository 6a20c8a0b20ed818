/**
 * Whether voting is open, where several processes serve an election and its end may be moved.
 * Shortly before the end it is fixed, so that every process that could ask in time closes on the
 * second, and nobody can have extended it. One that could not ask does not guess: it takes no
 * ballot, and shows no result, before it has asked.
 */
import type { Election } from '../core/election/definition.ts'
import { type Phase, phaseAt, REFUSAL_IN } from '../core/election/phase.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Clock } from '../ports/clock.ts'
import type { PollsRecord } from '../ports/polls-record.ts'
import type { VotingEnds } from '../ports/voting-end.ts'

/** So long before voting ends nobody can extend it any more. Several looks have room in it. */
export const FIXED_BEFORE_MS = 10_000

export interface SharedPollsDeps {
  /** As its definition says. */
  readonly election: Pick<Election, 'opensAtMs' | 'closesAtMs'>
  readonly clock: Clock
  readonly ends: VotingEnds
  readonly record: Pick<PollsRecord, 'recordClosed'>
}

export interface SharedPolls {
  /** `closed` only where that is certain. */
  readonly phase: () => Phase
  /** What a new ballot gets now; null is no refusal. */
  readonly refusal: () => RefusalCode | null
  /** When voting ends, as far as is known here. */
  readonly closesAtMs: () => number
  /** To be called every second or so, one call at a time. @throws where storage cannot be asked */
  readonly look: () => Promise<void>
}

/** @throws where storage cannot be asked */
export async function sharedPolls({ election, clock, ends, record }: SharedPollsDeps): Promise<SharedPolls> {
  let end = await ends.read()
  let closed = end.isClosed
  const closesAtMs = () => end.extendedToMs ?? election.closesAtMs
  const isPast = () => clock.nowMs() >= closesAtMs()
  const phase = (): Phase => {
    // For good, whatever the clock says later: the results may have been seen.
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
