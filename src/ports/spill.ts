/**
 * Room on disk for what is too much for memory, for as long as something is worked out. Nobody else
 * can read it, and nothing of it stays.
 *
 * The contract:
 * - What `append` has written is read back by where it says it lies; nothing need outlive a crash.
 * - What a crash left is removed when the next one is opened.
 */
export interface Spill {
  /** @returns where the bytes begin */
  readonly append: (bytes: Uint8Array) => Promise<number>
  readonly read: (at: number, length: number) => Promise<Uint8Array>
  /** Removes all of it. */
  readonly close: () => Promise<void>
}

export type OpenSpill = () => Promise<Spill>
