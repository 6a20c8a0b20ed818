/**
 * The ballot log of a cluster, write side.
 *
 * A failed append may have landed, whole or in part: the same records are to be appended again, and
 * readers take each tag once. Nothing is on its way any more {@link BallotAppend.deliveryTimeoutMs}
 * after an append began.
 */
import type { Tag } from './digest.ts'

export interface AppendedRecord {
  readonly tag: Tag
  /** The record's text, ASCII. */
  readonly value: string
}

export interface BallotAppend {
  /**
   * Appends in one send, records of one partition in their order. Durable on every copy when it
   * resolves.
   * @param timestampMs Unix milliseconds that all of them bear
   * @throws within `deliveryTimeoutMs` where the outcome is unknown
   */
  readonly append: (records: readonly AppendedRecord[], timestampMs: number) => Promise<void>
  /** Resolves where records could be appended now. @throws within `deliveryTimeoutMs` */
  readonly probe: () => Promise<void>
  readonly deliveryTimeoutMs: number
  readonly close: () => Promise<void>
}
