/**
 * Temporary room on disk for data that does not fit in memory. No other account can read it, and it
 * is removed afterwards.
 *
 * The contract:
 * - `read` returns what `append` has written at a position; it need not survive a crash.
 * - The remains of a crash are removed when the next one is opened.
 */
export interface Spill {
  /** @returns the position of the bytes */
  readonly append: (bytes: Uint8Array) => Promise<number>
  readonly read: (at: number, length: number) => Promise<Uint8Array>
  /** Removes everything. */
  readonly close: () => Promise<void>
}

export type OpenSpill = () => Promise<Spill>
