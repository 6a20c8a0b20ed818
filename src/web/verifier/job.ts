/** What the page and its worker say to each other. Types alone. */
import type { Memory } from '../../core/verify/memory.ts'
import type { KeyFrom, Session } from '../../verify/session.ts'
import type { ComparedContest } from './compared-totals.ts'

/** Where the log is read. */
export type Source =
  /** Addresses that end in a slash, tried in this order. */
  | {
      readonly kind: 'address'
      readonly bases: readonly string[]
      /** The id of the election that the address names; undefined where it names none. */
      readonly election: string | undefined
    }
  /** A folder that was picked: files by their paths in it. */
  | { readonly kind: 'files'; readonly files: readonly (readonly [string, File])[] }

export interface Job {
  readonly source: Source
  readonly nowMs: number
  /** The log's key as its organiser published it; empty where nobody typed one. */
  readonly key: string
  /** A receipt file's text or a tracker; empty where there is none. */
  readonly receipt: string
  readonly memory: Memory
}

/** The ballot that a tracker stands for, as the log holds it. */
export interface PublishedBallot {
  /** Null where the entry names none. */
  readonly district: string | null
  /** Contests of its ballot style, with the names of what was chosen. */
  readonly contests: readonly { readonly title: string; readonly chosen: readonly string[] }[]
  /** The entry itself. */
  readonly entry: string
}

export interface Outcome extends Session {
  /** The address it was read at; null for files. */
  readonly place: string | null
  readonly ballot: PublishedBallot | null
  /** Null where not every entry was read and sound. */
  readonly totals: readonly ComparedContest[] | null
  readonly bytes: number
  readonly seconds: number
}

/** A ballot that was looked up by its proof alone. */
export interface LookedUp {
  /** `no-proof`: the server has none; `unproved`: it gave one that does not hold. */
  readonly state: 'in' | 'no-proof' | 'unproved'
  readonly leaf: number | null
  /** The log's key that it was held against; null where none was found. */
  readonly key: string | null
  readonly keyFrom: KeyFrom
}

/** Why nothing could be said of the log. */
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
  /** Entries of the log; 0 while that is not known. */
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
