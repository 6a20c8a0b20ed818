/** Where records of `votes` that are no ballots are kept for people to look at. */

export interface SetAsideRecord {
  readonly reason: string
  /** Where it lies in `votes`. */
  readonly partition: number
  readonly offset: number
  /** One character per byte, or null; cut off where long. */
  readonly key: string | null
  readonly value: string | null
  /** Uncut. */
  readonly valueBytes: number
}

export interface SetAsideSink {
  /** Durable when it resolves. @throws where the outcome is unknown */
  readonly write: (records: readonly SetAsideRecord[]) => Promise<void>
  /** What was written so far: each record's place and reason. @throws where it cannot be read */
  readonly written: () => AsyncIterable<
    readonly { readonly reason: string; readonly partition: number; readonly offset: number }[]
  >
  readonly close: () => Promise<void>
}
