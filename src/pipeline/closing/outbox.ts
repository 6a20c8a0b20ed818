/**
 * The last ballots where several gateways take them: each lies in the outbox from its reservation
 * until it is in the ballot log, and one that a gateway sent and gave up may land a while after the
 * outbox is empty.
 */
import type { KeyStatus } from '../../ports/key-status.ts'

export interface OutboxDeps {
  readonly keys: Pick<KeyStatus, 'count' | 'endVoting'>
  /** The longest a ballot can be on its way into the ballot log after its reservation. */
  readonly longestOnTheWayMs: number
  /** Any clock that never goes back. */
  readonly elapsedMs: () => number
}

/**
 * Whether every ballot that was taken is stored; asked again until it is. Once it is, a ballot that
 * lands without a reservation is acknowledged by nobody, and may stay out of the log.
 * @returns what asks. @throws where storage cannot be asked
 */
export function emptyOutbox({ keys, longestOnTheWayMs, elapsedMs }: OutboxDeps): () => Promise<boolean> {
  /** Since when the outbox has been seen empty, voting being closed. */
  let emptySinceMs: number | undefined
  return async () => {
    const { reserved, loaded } = await keys.count()
    if (reserved > 0 || !loaded) emptySinceMs = undefined
    else emptySinceMs ??= elapsedMs()
    if (emptySinceMs === undefined || elapsedMs() - emptySinceMs < longestOnTheWayMs) return false
    await keys.endVoting()
    return true
  }
}
