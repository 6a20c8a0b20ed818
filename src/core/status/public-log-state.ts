/** Where a public log stands, as snapshots, health and metrics tell it. */
export interface PublicLogState {
  readonly origin: string
  /** The C2SP verifier key. */
  readonly key: string
  /** Leaves under the published checkpoint, genesis and other records included. */
  readonly size: number
  /** Their root, base64. */
  readonly root: string
  /**
   * When the newest checkpoint was published, ISO 8601; null before the first since the server
   * started.
   */
  readonly published_at: string | null
  /** Ballots recorded that are not in the log yet, held ones included. */
  readonly behind: number
  /** Times that publishing failed since the server started; it is tried again. */
  readonly failures: number
  /** Whether the close is in it: nothing follows any more. */
  readonly closed: boolean
  /** How its witnesses are doing; left out where it has none. */
  readonly witnesses?: readonly WitnessState[]
  /**
   * Size of the newest checkpoint with cosignatures enough; left out where there are no witnesses,
   * null before it.
   */
  readonly witnessed?: number | null
  /** When the result was certified, ISO 8601; left out until it is. */
  readonly certified_at?: string
  /**
   * What lots have chosen among equal votes, as certified: ids of options by contest; left out
   * where none is recorded.
   */
  readonly lots?: Readonly<Record<string, readonly string[]>>
}

/**
 * Why a witness has not cosigned what it was offered last. Details are for the server's own log.
 */
export type WitnessProblem =
  /** No answer, none in time, or one too long. */
  | 'no-answer'
  /** It answers what no witness answers. */
  | 'malformed'
  /** Its cosignature is wrong, or another's. */
  | 'wrong-signature'
  /** It was not told of this log. */
  | 'unknown-log'
  /**
   * It knows the log with more leaves than there are: older data was put back here, or there are
   * two of this log.
   */
  | 'ahead'
  /** It says no, by another status. */
  | 'refused'
  /** What it is to be offered could not be read here. */
  | 'not-offered'

export interface WitnessState {
  /** As its key names it. */
  readonly name: string
  /** Of the newest checkpoint it has cosigned; null before the first. */
  readonly size: number | null
  /** Leaves published since. */
  readonly behind: number
  readonly problem: WitnessProblem | null
}
