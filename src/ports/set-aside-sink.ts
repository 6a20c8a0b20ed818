/** Keeps records of `votes` that are not ballots, for people to examine. */

export interface SetAsideRecord {
  readonly reason: string
  /** Its position in `votes`. */
  readonly partition: number
  readonly offset: number
  /** One character per byte, or null; cut if it is long. */
  readonly key: string | null
  readonly value: string | null
  /** The length before it was cut, in bytes. */
  readonly valueBytes: number
}

export interface SetAsideSink {
  /**
   * Stores records; they are durable when the promise resolves.
   * @throws if the outcome is unknown
   */
  readonly write: (records: readonly SetAsideRecord[]) => Promise<void>
  /**
   * Yields the position and reason of each stored record.
   * @throws if they cannot be read
   */
  readonly written: () => AsyncIterable<
    readonly { readonly reason: string; readonly partition: number; readonly offset: number }[]
  >
  readonly close: () => Promise<void>
}
