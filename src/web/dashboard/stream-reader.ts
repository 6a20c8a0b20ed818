/**
 * What a page knows of the count, event by event of a stream in deltas (docs/protocol.md). Pure.
 */
import { type Patch, patched } from '../../core/status/patch.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'

export interface Known {
  /** Of the event it is the state after. */
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
 * What is known after a message.
 * @returns null where a message before this one is missing
 * @throws SyntaxError for text that is not JSON
 */
export function known(before: Known | null, { id, delta, data }: StreamMessage): Known | null {
  if (!delta) return { id, snapshot: JSON.parse(data) as ResultsSnapshot }
  const { base, patch } = JSON.parse(data) as { base: string; patch: Patch }
  if (before === null || base !== before.id) return null
  return { id, snapshot: patched(before.snapshot, patch) as ResultsSnapshot }
}
