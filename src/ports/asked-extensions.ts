/**
 * Extensions of voting that were requested from the process that publishes the log. An extension is
 * granted by its amendment in the journal.
 */
export interface AskedExtension {
  readonly id: string
  /** The requested end of voting, Unix milliseconds. */
  readonly closesAtMs: number
}

export interface AskedExtensions {
  /** Returns the first request without an answer; undefined if all are answered. */
  readonly next: () => Promise<AskedExtension | undefined>
  readonly refuse: (asked: AskedExtension, why: string) => Promise<void>
}
