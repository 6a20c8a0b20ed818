/**
 * Whether a key was issued, and for which district. Whether it has voted is another question, which
 * is asked after this one (key-spending.ts). A key may come from a voter roll or another source.
 */
import type { Tag } from './digest.ts'

export interface Eligibility {
  /**
   * Returns the voter's index, which stays the same while the process runs; −1 if no such key was
   * issued.
   */
  readonly find: (tag: Tag) => number
  /** Returns the index of the district of a voter. */
  readonly districtOf: (voter: number) => number
}
