/**
 * Which log it is that one is about to verify, by what is remembered. A log is its key, and a key's
 * text begins with the log's name: two logs of one name are two logs, and neither speaks for the
 * other. Pure.
 */

import { parseRecord } from '../log/record.ts'
import { nameOf } from '../tlog/log-name.ts'
import { utf8Text } from '../tlog/utf8.ts'

/** What is known of logs, by their verifier keys. */
export interface KnownLogs<Log> {
  readonly log: (key: string) => Log | undefined
  readonly keys: () => readonly string[]
}

export interface LogClaims {
  /** The key somebody handed in. */
  readonly given: string | undefined
  /** The key of the log that was verified at this address before. */
  readonly ofPlace: string | undefined
  /** What the log's `genesis.json` and checkpoint say of themselves. */
  readonly genesis: Uint8Array | undefined
  readonly origin: string | undefined
}

export interface Recognised<Log> {
  /** The key to hold it against; undefined where nothing is known of it. */
  readonly key: string | undefined
  readonly log: Log | undefined
  /** It names itself as another log that is remembered, and has another key. */
  readonly namesake: boolean
}

/**
 * The address speaks before the log does: a log that stood there is still that log, or a finding.
 * What the log says of itself tells only which of those remembered it claims to be.
 */
export function recognised<Log>(known: KnownLogs<Log>, claims: LogClaims): Recognised<Log> {
  const { given, ofPlace, genesis, origin } = claims
  const sure = given ?? ofPlace
  if (sure !== undefined) return { key: sure, log: known.log(sure), namesake: false }
  const claimed = genesis && keyIn(genesis)
  const named = known.keys().filter((key) => origin !== undefined && nameOf(key) === origin)
  // Of a log that hides its genesis, the one that is known by its name is as good as said.
  const key = claimed ?? (named.length === 1 ? named[0] : undefined)
  const log = key === undefined ? undefined : known.log(key)
  if (log !== undefined) return { key, log, namesake: false }
  return { key: undefined, log: undefined, namesake: named.length > 0 }
}

/** The key that a genesis names; undefined where it is none. */
function keyIn(genesis: Uint8Array): string | undefined {
  try {
    const record = parseRecord(utf8Text(genesis))
    return record.entry === 'genesis' ? record.log : undefined
  } catch {
    return undefined
  }
}
