/**
 * Extensions of voting that somebody asked of whoever publishes the log. One is granted by its
 * amendment in the journal.
 */
export interface AskedExtension {
  readonly id: string
  /** Unix milliseconds. */
  readonly closesAtMs: number
}

export interface AskedExtensions {
  /** The first that has no answer yet. */
  readonly next: () => Promise<AskedExtension | undefined>
  readonly refuse: (asked: AskedExtension, why: string) => Promise<void>
}
