/**
 * Whether voting is open, by the clock port. Once closed it stays closed, over jumps of the clock and restarts: the
 * results may have been seen.
 */
import type { Election } from '../core/election/definition.ts'
import { type Phase, phaseAt } from '../core/election/phase.ts'
import type { Clock } from '../ports/clock.ts'
import type { PollsRecord } from '../ports/polls-record.ts'

export interface PollsDeps {
  readonly election: Election
  readonly clock: Clock
  readonly record: PollsRecord
  /** Told when the close could not be stored; it is tried again at the next look. */
  readonly onUnstored: (cause: unknown) => void
}

/** The phase now. */
export async function polls({ election, clock, record, onUnstored }: PollsDeps): Promise<() => Phase> {
  let closed = await record.wasClosed()
  let stored = closed
  let storing = false
  let triedAtMs = Number.NEGATIVE_INFINITY
  return () => {
    const nowMs = clock.nowMs()
    const phase = phaseAt(election, nowMs)
    if (phase === 'closed') closed = true
    if (closed && !stored && !storing && Math.abs(nowMs - triedAtMs) >= RETRY_MS) {
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
    return closed ? 'closed' : phase
  }
}

const RETRY_MS = 1_000
