/** The publisher's requests and reports: plain values that pass from one thread to another. */
import type { WitnessProblem, WitnessState } from '../../core/status/public-log-state.ts'
import type { PublishedBatch } from '../../core/tally/published-batch.ts'
import type { PublishedLog } from './publish.ts'

/** The data to close the log with. */
export interface CloseAsked {
  readonly keysUsed: number
  /** When voting ended, Unix milliseconds. */
  readonly atMs: number
}

/** The text of an entry that changes the election. */
export interface AmendmentRequest {
  readonly id: number
  readonly text: string
}

/** A leaf hash, 32 bytes. */
export interface ProofRequest {
  readonly id: number
  readonly leaf: Uint8Array
}

/**
 * `in-log`: decided, whatever failed since. `not-in-log`: nothing was stored. `unknown`: the
 * journal cannot be read.
 */
export type AmendmentEnd = 'in-log' | 'not-in-log' | 'unknown'

export type PublisherMessage =
  | ({ readonly ask: 'close' } & CloseAsked)
  | { readonly ask: 'stop' }
  /** An entry that changes an election of one machine. */
  | ({ readonly ask: 'amend' } & AmendmentRequest)
  | ({ readonly ask: 'proof' } & ProofRequest)

export type PublisherEvent =
  | ({ readonly kind: 'published' } & PublishedLog)
  | { readonly kind: 'failed'; readonly reason: string }
  /**
   * What a batch published; after a start, past batches are reported before the first `published`.
   */
  | { readonly kind: 'batch'; readonly batch: PublishedBatch }
  /** All ballots are being put in one order, after the close. */
  | { readonly kind: 'sorting'; readonly ballots: number; readonly of: number }
  /** Another process publishes this log; this one waits. */
  | { readonly kind: 'standby' }
  /**
   * On a cluster: the numbers of leaves, ballots and used keys differ. The close must be requested
   * again.
   */
  | { readonly kind: 'close-refused'; readonly reason: string }
  /** The log would fork: the process must end. */
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'proof'; readonly id: number; readonly proof: string | null }
  /** The outcome of an amendment. */
  | { readonly kind: 'amended'; readonly id: number; readonly end: AmendmentEnd; readonly reason: string }
  | {
      readonly kind: 'witnesses'
      readonly states: readonly Omit<WitnessState, 'behind'>[]
      readonly witnessed: number | null
    }
  | {
      readonly kind: 'witness-failed'
      /** '' if a witness's cosignature could not be stored. */
      readonly name: string
      readonly problem: WitnessProblem | 'not-stored'
      readonly reason: string
    }
