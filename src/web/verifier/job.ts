/** The messages between the page and its worker. */
import type { Memory } from '../../core/verify/memory.ts'
import type { KeyFrom, Session } from '../../verify/session.ts'
import type { ComparedContest } from './compared-totals.ts'

/** The source of the log. */
export type Source =
  /** Addresses that end in a slash, tried in this order. */
  | {
      readonly kind: 'address'
      readonly bases: readonly string[]
      /** The id of the election that the address names; undefined if it names none. */
      readonly election: string | undefined
    }
  /** A folder that the reader picked: its files by their paths in it. */
  | { readonly kind: 'files'; readonly files: readonly (readonly [string, File])[] }

export interface Job {
  readonly source: Source
  readonly nowMs: number
  /** The log's key as its organiser published it; empty if the reader typed none. */
  readonly key: string
  /** The text of a receipt file, or a tracker; empty if there is neither. */
  readonly receipt: string
  readonly memory: Memory
}

/** The ballot of a tracker, as the log has it. */
export interface PublishedBallot {
  /** Null if the entry names no district. */
  readonly district: string | null
  /** Contests of its ballot style, with the names of what was chosen. */
  readonly contests: readonly { readonly title: string; readonly chosen: readonly string[] }[]
  /** The entry itself. */
  readonly entry: string
}

export interface Outcome extends Session {
  /** The address at which the log was read; null for files. */
  readonly place: string | null
  readonly ballot: PublishedBallot | null
  /** Null unless every entry was read and is valid. */
  readonly totals: readonly ComparedContest[] | null
  readonly bytes: number
  readonly seconds: number
}

/** The outcome of looking up a ballot by its proof only. */
export interface LookedUp {
  /**
   * `in`: the proof is valid. `no-proof`: the server has no proof. `unproved`: the server's proof
   * is invalid.
   */
  readonly state: 'in' | 'no-proof' | 'unproved'
  readonly leaf: number | null
  /** The log's key that checked the proof; null if no key was found. */
  readonly key: string | null
  readonly keyFrom: KeyFrom
}

/** Why the log could not be checked. */
export type Failure =
  | {
      readonly why:
        | 'no-log'
        | 'several-logs'
        | 'bad-receipt'
        | 'bad-key'
        | 'bad-address'
        | 'key-not-remembered'
        | 'too-many-entries'
    }
  | { readonly why: 'unreachable'; readonly where: string; readonly detail: string }
  | { readonly why: 'fault'; readonly detail: string }

export interface Progress {
  readonly leaves: number
  /** The number of entries of the log; 0 until it is known. */
  readonly of: number
  readonly bytes: number
}

/** A picture to look for a QR code in: RGBA. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

export type ToWorker =
  | { readonly type: 'check'; readonly run: number; readonly job: Job; readonly processors: number }
  | { readonly type: 'look-up'; readonly run: number; readonly job: Job }
  | { readonly type: 'stop'; readonly run: number }
  | { readonly type: 'picture'; readonly run: number; readonly picture: Picture }

export type FromWorker =
  | { readonly type: 'progress'; readonly run: number; readonly progress: Progress }
  | { readonly type: 'done'; readonly run: number; readonly outcome: Outcome }
  | { readonly type: 'looked-up'; readonly run: number; readonly found: LookedUp }
  | { readonly type: 'failed'; readonly run: number; readonly failure: Failure }
  | { readonly type: 'stopped'; readonly run: number }
  | { readonly type: 'text'; readonly run: number; readonly text: string | null }
