/**
 * The write side of a cluster's ballot log.
 *
 * A failed append may have stored all, some or no records. The caller must append the same records
 * again; readers count each tag once. {@link BallotAppend.deliveryTimeoutMs} after an append began,
 * none of its records can still arrive.
 */
import type { Tag } from './digest.ts'

export interface AppendedRecord {
  readonly tag: Tag
  /** The record's text, ASCII. */
  readonly value: string
}

export interface BallotAppend {
  /**
   * Appends records in one send, those of one partition in their order. They are durable on every
   * copy when the promise resolves.
   * @param timestampMs the time of all records, Unix milliseconds
   * @throws within `deliveryTimeoutMs` if the outcome is unknown
   */
  readonly append: (records: readonly AppendedRecord[], timestampMs: number) => Promise<void>
  /**
   * Resolves if records could be appended now.
   * @throws within `deliveryTimeoutMs` if they could not
   */
  readonly probe: () => Promise<void>
  readonly deliveryTimeoutMs: number
  readonly close: () => Promise<void>
}
