/**
 * The state of the count on the page, after each event of a stream of deltas (docs/protocol.md).
 */
import { type Patch, patched } from '../../core/status/patch.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'

export interface Known {
  /** The id of the last event in this state. */
  readonly id: string
  readonly snapshot: ResultsSnapshot
}

export interface StreamMessage {
  readonly id: string
  /** A delta, or a whole snapshot. */
  readonly delta: boolean
  readonly data: string
}

/**
 * Returns the state after a message.
 * @returns null if an earlier message is missing
 * @throws {SyntaxError} if the message is not JSON
 */
export function known(before: Known | null, { id, delta, data }: StreamMessage): Known | null {
  if (!delta) return { id, snapshot: JSON.parse(data) as ResultsSnapshot }
  const { base, patch } = JSON.parse(data) as { base: string; patch: Patch }
  if (before === null || base !== before.id) return null
  return { id, snapshot: patched(before.snapshot, patch) as ResultsSnapshot }
}
