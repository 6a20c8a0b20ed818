/** The state of a public log for snapshots, health and metrics. */
export interface PublicLogState {
  readonly origin: string
  /** The C2SP verifier key. */
  readonly key: string
  /** The number of leaves under the published checkpoint, including genesis and other records. */
  readonly size: number
  /** The root of these leaves, base64. */
  readonly root: string
  /**
   * When the newest checkpoint was published, ISO 8601; null until the server has published one
   * since its start.
   */
  readonly published_at: string | null
  /** The number of recorded ballots that are not in the log yet, including held ones. */
  readonly behind: number
  /** How often publishing failed since the server started; it is always retried. */
  readonly failures: number
  /** Whether the log has its close, after which nothing follows. */
  readonly closed: boolean
  /** The state of its witnesses; left out if it has none. */
  readonly witnesses?: readonly WitnessState[]
  /**
   * The size of the newest checkpoint with enough cosignatures; null before the first, left out if
   * the log has no witnesses.
   */
  readonly witnessed?: number | null
  /** When the result was certified, ISO 8601; left out until then. */
  readonly certified_at?: string
  /**
   * The options that lots chose among equal votes, as certified: ids of options by contest id; left
   * out if no lot is recorded.
   */
  readonly lots?: Readonly<Record<string, readonly string[]>>
}

/** Why a witness has not cosigned its last offer. The server's logger has the details. */
export type WitnessProblem =
  /** It sent no answer, a late one, or one that is too long. */
  | 'no-answer'
  /** Its answer is malformed. */
  | 'malformed'
  /** Its cosignature is wrong, or from another key. */
  | 'wrong-signature'
  /** It does not know this log. */
  | 'unknown-log'
  /**
   * It knows the log with more leaves than the log has: older data was restored here, or there are
   * two copies of the log.
   */
  | 'ahead'
  /** It refused with another status. */
  | 'refused'
  /** The data for the offer could not be read here. */
  | 'not-offered'

export interface WitnessState {
  /** The name in its key. */
  readonly name: string
  /** The size of the newest checkpoint that it cosigned; null before the first. */
  readonly size: number | null
  /** The number of leaves published since then. */
  readonly behind: number
  readonly problem: WitnessProblem | null
}
