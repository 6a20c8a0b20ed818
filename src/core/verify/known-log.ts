/**
 * Recognises a log from what the verifier remembers. A log is identified by its key, and the text
 * of a key begins with the log's name. Two logs with one name are two logs, and neither is evidence
 * about the other.
 */

import { parseRecord } from '../log/record.ts'
import { nameOf } from '../tlog/log-name.ts'
import { utf8Text } from '../tlog/utf8.ts'

/** What is remembered of logs, by their C2SP verifier keys. */
export interface KnownLogs<Log> {
  readonly log: (key: string) => Log | undefined
  readonly keys: () => readonly string[]
}

export interface LogClaims {
  /** The key that the user gave. */
  readonly given: string | undefined
  /** The key of the log that was verified at this address before. */
  readonly ofPlace: string | undefined
  /** What the log's `genesis.json` and checkpoint state about themselves. */
  readonly genesis: Uint8Array | undefined
  readonly origin: string | undefined
}

export interface Recognised<Log> {
  /** The key to verify the log with; undefined if no key is known for it. */
  readonly key: string | undefined
  readonly log: Log | undefined
  /** Whether the log has the name of a remembered log, but another key. */
  readonly namesake: boolean
}

/**
 * Decides which remembered log this is. The address comes first: a log that was verified at an
 * address must still be that log, else there is a finding. What the log states about itself only
 * selects which remembered log it claims to be.
 */
export function recognised<Log>(known: KnownLogs<Log>, claims: LogClaims): Recognised<Log> {
  const { given, ofPlace, genesis, origin } = claims
  const sure = given ?? ofPlace
  if (sure !== undefined) return { key: sure, log: known.log(sure), namesake: false }
  const claimed = genesis && keyIn(genesis)
  const named = known.keys().filter((key) => origin !== undefined && nameOf(key) === origin)
  // A log that hides its genesis is recognised by its name, if only one log of that name is
  // remembered.
  const key = claimed ?? (named.length === 1 ? named[0] : undefined)
  const log = key === undefined ? undefined : known.log(key)
  if (log !== undefined) return { key, log, namesake: false }
  return { key: undefined, log: undefined, namesake: named.length > 0 }
}

/** @returns the key that a genesis names; undefined if the genesis is invalid */
function keyIn(genesis: Uint8Array): string | undefined {
  try {
    const record = parseRecord(utf8Text(genesis))
    return record.entry === 'genesis' ? record.log : undefined
  } catch {
    return undefined
  }
}
