/**
 * "May it?": whether a key was issued, and for which district. Whether it has voted is another
 * question, asked after this one ("spend it once", key-spending.ts): a key may come from a roll, or
 * from whatever else entitles to vote.
 */
import type { Tag } from './digest.ts'

export interface Eligibility {
  /**
   * The voter's place, from 0, the same for as long as the process lives; −1 where no such key was
   * issued.
   */
  readonly find: (tag: Tag) => number
  /** Index into the election's districts, of a voter found. */
  readonly districtOf: (voter: number) => number
}
