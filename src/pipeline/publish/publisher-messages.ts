/**
 * What the publisher is asked and what it reports: plain values that cross from one thread to
 * another.
 */
import type { WitnessProblem, WitnessState } from '../../core/status/public-log-state.ts'
import type { PublishedBatch } from '../../core/tally/published-batch.ts'
import type { PublishedLog } from './publish.ts'

/** What the log is to be closed with. */
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
 * `in-log`: decided, whatever failed since. `not-in-log`: nothing of it is there. `unknown`: the
 * journal cannot be read.
 */
export type AmendmentEnd = 'in-log' | 'not-in-log' | 'unknown'

export type PublisherMessage =
  | ({ readonly ask: 'close' } & CloseAsked)
  | { readonly ask: 'stop' }
  /** Of an election of one machine: an entry that changes it. */
  | ({ readonly ask: 'amend' } & AmendmentRequest)
  | ({ readonly ask: 'proof' } & ProofRequest)

export type PublisherEvent =
  | ({ readonly kind: 'published' } & PublishedLog)
  | { readonly kind: 'failed'; readonly reason: string }
  /**
   * What a batch told of choices; after a start those of the past come before the first
   * `published`.
   */
  | { readonly kind: 'batch'; readonly batch: PublishedBatch }
  /** All ballots are being put in one order, after the close. */
  | { readonly kind: 'sorting'; readonly ballots: number; readonly of: number }
  /** Another process publishes this log; this one waits. */
  | { readonly kind: 'standby' }
  /** On a cluster: leaves, ballots and keys used are not as many. It is to be asked again. */
  | { readonly kind: 'close-refused'; readonly reason: string }
  /** The log would fork: the process must end. */
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'proof'; readonly id: number; readonly proof: string | null }
  /** What became of an amendment. */
  | { readonly kind: 'amended'; readonly id: number; readonly end: AmendmentEnd; readonly reason: string }
  | {
      readonly kind: 'witnesses'
      readonly states: readonly Omit<WitnessState, 'behind'>[]
      readonly witnessed: number | null
    }
  | {
      readonly kind: 'witness-failed'
      /** '' where what a witness gave could not be stored. */
      readonly name: string
      readonly problem: WitnessProblem | 'not-stored'
      readonly reason: string
    }
