/** Where a public log stands, as snapshots, health and metrics tell it. */
export interface PublicLogState {
  readonly origin: string
  /** The C2SP verifier key. */
  readonly key: string
  /** Leaves under the published checkpoint, genesis and other records included. */
  readonly size: number
  /** Their root, base64. */
  readonly root: string
  /** When the newest checkpoint was published, ISO 8601; null before the first since the server started. */
  readonly published_at: string | null
  /** Ballots recorded that are not in the log yet, held ones included. */
  readonly behind: number
  /** Times that publishing failed since the server started; it is tried again. */
  readonly failures: number
  /** Whether the close is in it: nothing follows any more. */
  readonly closed: boolean
}
