/**
 * The entries of the public log that are no ballots: the genesis it begins with, the close it ends
 * with, amendments and the end of voting in between (docs/protocol.md, "The public log"). Each is
 * one line of JSON that can be written in one way only, so a reader writes again what it read and
 * compares. No I/O.
 */
import { base64 } from '../tlog/base64.ts'
import { parseHash } from '../tlog/checkpoint.ts'
import { MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts'
import { Malformed } from '../tlog/malformed.ts'
import type { Hash } from '../tlog/merkle.ts'
import { parseBounded } from './bounded-json.ts'

/** The voter roll a log stands on: who may vote, without saying who. */
export interface RollRecord {
  /** Keys issued. */
  readonly size: number
  /**
   * RFC 6962 root over the leaves credential ‖ district index, ascending by credential; in version
   * 1 in the roll's order.
   */
  readonly root: Hash
  /** Lower-case hexadecimal SHA-256 of the file of keys issued per district. */
  readonly perDistrictSha256: string
}

/**
 * The version of the protocol a log keeps to, from its genesis on: all its records name the same
 * one.
 */
export type LogVersion = 1 | 2

export interface GenesisRecord {
  readonly v: LogVersion
  readonly entry: 'genesis'
  readonly election: string
  /** The C2SP verifier key of the log. */
  readonly log: string
  /** Lower-case hexadecimal SHA-256 of the definition as handed in. */
  readonly definitionSha256: string
  readonly roll: RollRecord
  readonly release: { readonly results: 'live' | 'after-close'; readonly suppressBelow: number }
}

export interface AmendmentRecord {
  readonly v: LogVersion
  readonly entry: 'amendment'
  readonly election: string
  readonly atMs: number
  readonly change: { readonly closesAtMs: number } | { readonly roll: RollRecord }
}

/**
 * Voting has ended and every ballot is stored: only what was held back until now follows, and the
 * close.
 */
export interface EndRecord {
  readonly v: 2
  readonly entry: 'end'
  readonly election: string
  readonly atMs: number
  /** Ballots stored: as many ballot entries as the closed log has. */
  readonly ballots: number
}

export interface CloseRecord {
  readonly v: LogVersion
  readonly entry: 'close'
  readonly election: string
  readonly atMs: number
  readonly ballots: number
  readonly keysIssued: number
  readonly keysUsed: number
  /** Lower-case hexadecimal SHA-256 of the result document. */
  readonly resultSha256: string
  /** Votes per option of each contest; null where the entry would not fit with them. */
  readonly totals: readonly (readonly number[])[] | null
}

export type LogRecord = GenesisRecord | AmendmentRecord | EndRecord | CloseRecord

/**
 * The entry's text, ASCII alone but for the name of the log's key. @throws RangeError for a number
 * or time that is none
 */
export function formatRecord(record: LogRecord): string {
  const { v, election } = record
  switch (record.entry) {
    case 'genesis': {
      const release = { results: record.release.results, suppress_below: count(record.release.suppressBelow) }
      const { log, definitionSha256 } = record
      const roll = rollMembers(record.roll)
      return line({
        v,
        entry: 'genesis',
        election,
        log,
        definition_sha256: definitionSha256,
        roll,
        release,
      })
    }
    case 'amendment': {
      const { change } = record
      const members =
        'roll' in change ? { roll: rollMembers(change.roll) } : { closes_at: instant(change.closesAtMs) }
      return line({ v, entry: 'amendment', election, at: instant(record.atMs), change: members })
    }
    case 'end': {
      const ballots = count(record.ballots)
      return line({ v, entry: 'end', election, at: instant(record.atMs), ballots })
    }
    case 'close': {
      const figures = {
        ballots: count(record.ballots),
        keys_issued: count(record.keysIssued),
        keys_used: count(record.keysUsed),
        result_sha256: record.resultSha256,
      }
      const { totals } = record
      return line({ v, entry: 'close', election, at: instant(record.atMs), ...figures, totals })
    }
  }
}

/** The close with its totals where they fit, else without. */
export function formatClose(record: CloseRecord): string {
  const text = formatRecord(record)
  return text.length <= MOST_ENTRY_BYTES ? text : formatRecord({ ...record, totals: null })
}

/**
 * @throws Malformed for text that is not exactly such an entry: other members, order, spacing or
 *   forms of a number
 */
export function parseRecord(text: string): LogRecord {
  const record = read(text)
  let again: string
  try {
    again = formatRecord(record)
  } catch (cause) {
    throw new Malformed('not an entry of the log', { cause })
  }
  if (again !== text) throw new Malformed('not an entry of the log as it is written')
  return record
}

function read(text: string): LogRecord {
  if (text.length > MOST_ENTRY_BYTES) throw new Malformed('an entry too long')
  const value = object(json(text))
  const v = version(value.v)
  const election = string(value.election)
  switch (value.entry) {
    case 'genesis': {
      const release = object(value.release)
      const { results } = release
      if (results !== 'live' && results !== 'after-close') throw new Malformed('not a release policy')
      return {
        v,
        entry: 'genesis',
        election,
        log: string(value.log),
        definitionSha256: hex(value.definition_sha256),
        roll: roll(value.roll),
        release: { results, suppressBelow: number(release.suppress_below) },
      }
    }
    case 'amendment': {
      const members = object(value.change)
      const change =
        members.roll === undefined ? { closesAtMs: time(members.closes_at) } : { roll: roll(members.roll) }
      return { v, entry: 'amendment', election, atMs: time(value.at), change }
    }
    case 'end':
      if (v === 1) throw new Malformed('not an entry of version 1')
      return { v, entry: 'end', election, atMs: time(value.at), ballots: number(value.ballots) }
    case 'close':
      return {
        v,
        entry: 'close',
        election,
        atMs: time(value.at),
        ballots: number(value.ballots),
        keysIssued: number(value.keys_issued),
        keysUsed: number(value.keys_used),
        resultSha256: hex(value.result_sha256),
        totals: value.totals === null ? null : list(value.totals).map((votes) => list(votes).map(number)),
      }
    default:
      throw new Malformed('not an entry of a kind known here')
  }
}

function rollMembers({ size, root, perDistrictSha256 }: RollRecord) {
  return { size: count(size), root: base64(root), per_district_sha256: perDistrictSha256 }
}

function roll(value: unknown): RollRecord {
  const { size, root, per_district_sha256 } = object(value)
  return { size: number(size), root: parseHash(string(root)), perDistrictSha256: hex(per_district_sha256) }
}

function line(members: object): string {
  return JSON.stringify(members)
}

function count(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no count`)
  return value
}

/** ISO 8601 in UTC with milliseconds. */
function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function json(text: string): unknown {
  return parseBounded(text, { text: MOST_ENTRY_BYTES }).value
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed('not an object')
  return value as Readonly<Record<string, unknown>>
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed('not a list')
  return value
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new Malformed('not a string')
  return value
}

function number(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || Object.is(value, -0))
    throw new Malformed('not a count')
  return value as number
}

function version(value: unknown): LogVersion {
  if (value !== 1 && value !== 2) throw new Malformed('not a version known here')
  return value
}

function hex(value: unknown): string {
  const text = string(value)
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Malformed('not a SHA-256 in hexadecimal')
  return text
}

function time(value: unknown): number {
  const ms = Date.parse(string(value))
  if (Number.isNaN(ms)) throw new Malformed('not a time')
  return ms
}
