/**
 * The last ballots if several gateways accept them. Each is in the outbox from its reservation
 * until it is in the ballot log. A ballot that a gateway sent and gave up may reach the log a while
 * after the outbox is empty.
 */
import type { KeyStatus } from '../../ports/key-status.ts'

export interface OutboxDeps {
  readonly keys: Pick<KeyStatus, 'count' | 'endVoting'>
  /** The longest time that a ballot can take into the ballot log after its reservation. */
  readonly longestOnTheWayMs: number
  /** Any clock that never goes back. */
  readonly elapsedMs: () => number
}

/**
 * Checks whether every accepted ballot is stored; call it until it returns true. After that, no
 * gateway acknowledges a ballot that reaches the log without a reservation, so it may stay out of
 * the public log.
 * @returns the check
 * @throws (the check) if storage cannot be reached
 */
export function emptyOutbox({ keys, longestOnTheWayMs, elapsedMs }: OutboxDeps): () => Promise<boolean> {
  /** When the outbox was first seen empty after the close of voting. */
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
