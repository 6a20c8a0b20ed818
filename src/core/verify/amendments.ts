/**
 * The course of a log after its genesis: what amendments change, when it closes, and how many keys
 * there are for the ballots at any place in it. No I/O but the reader.
 */
import {
  type AmendmentRecord,
  type CloseRecord,
  type EndRecord,
  type LogRecord,
  parseRecord,
  type RollRecord,
} from '../log/record.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import { Malformed } from '../tlog/malformed.ts'
import type { Sha256 } from '../tlog/merkle.ts'
import type { EntryRules } from './ballot.ts'
import { districtsPath, type Genesis, readDistricts } from './beginning.ts'
import { MOST_AMENDMENTS } from './bounds.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'
import type { LogReader } from './range.ts'

/**
 * What an amendment changed, as the log says it: the end of voting (ISO 8601), or the keys issued
 * from then on.
 */
export type AmendmentReport = { readonly leaf: number; readonly at: string } & (
  | { readonly closesAt: string }
  | { readonly keysIssued: number }
)

export interface LogCourse {
  /**
   * The next entry that is no ballot. @param counted what stands before it @returns what is wrong
   * with it
   */
  readonly take: (leaf: number, text: string, counted: TallyCounts) => Promise<readonly Finding[]>
  /** Compares the ballots so far with the keys so far. */
  readonly checkKeys: (counted: TallyCounts) => readonly Finding[]
  /**
   * When voting ends, as it was announced and then extended: ascending, Unix milliseconds, the last
   * one in force.
   */
  readonly ends: () => readonly [number, ...number[]]
  readonly keysIssued: () => number
  /** Keys issued per district, by now. */
  readonly eligible: () => readonly number[]
  readonly amendments: () => readonly AmendmentReport[]
  /** The end of voting, as version 2 has it. */
  readonly end: () => PlacedRecord<EndRecord> | undefined
  readonly close: () => PlacedRecord<CloseRecord> | undefined
}

export interface PlacedRecord<Kind extends LogRecord> {
  readonly leaf: number
  readonly record: Kind
}

export interface CourseDeps {
  readonly read: LogReader
  readonly sha256: Sha256
  readonly rules: EntryRules
  readonly genesis: Genesis
}

const INVALID: Readonly<Record<string, FindingCode>> = {
  genesis: 'genesis-invalid',
  amendment: 'amendment-invalid',
  end: 'end-invalid',
  close: 'close-invalid',
}

/** What is in force at a place of the log. */
interface InForce {
  readonly ends: [number, ...number[]]
  /** Keys per district, in definition order. */
  issued: readonly number[]
  keysIssued: number
  readonly amendments: AmendmentReport[]
  /** When the newest amendment was made, Unix milliseconds. */
  lastAtMs: number
  end?: PlacedRecord<EndRecord>
  close?: PlacedRecord<CloseRecord>
}

export function logCourse(deps: CourseDeps): LogCourse {
  const { rules, genesis } = deps
  const now: InForce = {
    ends: [rules.election.closesAtMs],
    issued: rules.issued,
    keysIssued: genesis.record.roll.size,
    amendments: [],
    lastAtMs: Number.NEGATIVE_INFINITY,
  }
  const checkKeys = (counted: TallyCounts) => tooManyBallots(rules, now.issued, counted)

  const take = async (leaf: number, text: string, counted: TallyCounts): Promise<readonly Finding[]> => {
    const record = recordOf(text)
    if (record === undefined || record.v !== genesis.record.v) {
      const kind = /^\{"v":[12],"entry":"([a-z]+)"/.exec(text)?.[1] ?? ''
      return [finding(INVALID[kind] ?? 'entry-invalid', { leaf })]
    }
    if (record.election !== rules.election.id) return [finding('entry-of-other-election', { leaf })]
    if (record.entry === 'genesis') return leaf === 0 ? [] : [finding('genesis-repeated', { leaf })]
    if (record.entry === 'end') return takeEnd(now, leaf, record)
    if (record.entry === 'close') return takeClose(now, leaf, record)
    // A key that comes later must not make up for a ballot that was too many before.
    const before = checkKeys(counted)
    const late = now.end === undefined ? [] : [finding('entry-after-end', { leaf })]
    return [...before, ...late, ...(await takeAmendment(now, leaf, record, deps))]
  }

  return {
    take,
    checkKeys,
    ends: () => now.ends,
    keysIssued: () => now.keysIssued,
    eligible: () => now.issued,
    amendments: () => now.amendments,
    end: () => now.end,
    close: () => now.close,
  }
}

/** Each unit's ballots against its keys. @param issued keys per district */
function tooManyBallots(
  { election, named, styleOf, poolOf }: EntryRules,
  issued: readonly number[],
  { perDistrict }: TallyCounts,
): readonly Finding[] {
  const findings: Finding[] = []
  const compare = (where: string, d: number, keys: number) => {
    if (perDistrict[d]! > keys)
      findings.push(finding('too-many-ballots', {}, `${where} has ${perDistrict[d]} for ${keys} keys`))
  }
  const pooled = new Map<string, number>()
  for (const [d, keys] of issued.entries()) {
    const style = styleOf[d]!
    if (named[d]) compare(`district "${election.districts[d]!.id}"`, d, keys)
    else pooled.set(style, (pooled.get(style) ?? 0) + keys)
  }
  for (const [style, keys] of pooled) compare(`small districts of style "${style}"`, poolOf.get(style)!, keys)
  return findings
}

async function takeAmendment(
  now: InForce,
  leaf: number,
  { atMs, change }: AmendmentRecord,
  deps: CourseDeps,
): Promise<readonly Finding[]> {
  if (now.amendments.length >= MOST_AMENDMENTS)
    return [finding('amendment-invalid', { leaf }, 'there are more than any election has')]
  const isBackdated = atMs < now.lastAtMs
  const backdated = finding('amendment-reverts', { leaf }, 'it is dated before the one before it')
  now.lastAtMs = Math.max(now.lastAtMs, atMs)
  const at = new Date(atMs).toISOString()
  const wrong =
    'closesAtMs' in change
      ? extend(now, { leaf, at, atMs, closesAtMs: change.closesAtMs })
      : await addKeys(now, { leaf, at, atMs, roll: change.roll }, deps)
  return isBackdated ? [backdated, ...wrong] : wrong
}

interface Dated {
  readonly leaf: number
  /** ISO 8601. */
  readonly at: string
  readonly atMs: number
}

function extend(
  now: InForce,
  { leaf, at, atMs, closesAtMs }: Dated & { readonly closesAtMs: number },
): readonly Finding[] {
  now.amendments.push({ leaf, at, closesAt: new Date(closesAtMs).toISOString() })
  const end = now.ends.at(-1)!
  if (closesAtMs <= end)
    return [finding('amendment-reverts', { leaf }, 'voting would end earlier than announced')]
  if (atMs >= end) return [finding('amendment-reverts', { leaf }, 'voting had ended when it was extended')]
  now.ends.push(closesAtMs)
  return []
}

async function addKeys(
  now: InForce,
  { leaf, at, atMs, roll }: Dated & { readonly roll: RollRecord },
  { read, sha256, rules: { election } }: CourseDeps,
): Promise<readonly Finding[]> {
  now.amendments.push({ leaf, at, keysIssued: roll.size })
  if (atMs >= now.ends.at(-1)!)
    return [finding('amendment-reverts', { leaf }, 'voting had ended when keys were added')]
  const path = districtsPath(roll.perDistrictSha256)
  const { issued, findings } = await readDistricts(read, sha256, roll, election, path)
  if (issued === undefined) return findings
  const fewer = issued.findIndex((keys, d) => keys < now.issued[d]!)
  if (fewer !== -1) return [finding('roll-shrunk', { leaf }, election.districts[fewer]!.id)]
  if (issued.every((keys, d) => keys === now.issued[d])) return [finding('roll-exchanged', { leaf })]
  now.issued = issued
  now.keysIssued = roll.size
  return []
}

/** What is in force is announced before: the later of the end of voting and the last amendment. */
function earliestMs({ ends, lastAtMs, end }: InForce): number {
  return Math.max(ends.at(-1)!, lastAtMs, end?.record.atMs ?? 0)
}

function takeEnd(now: InForce, leaf: number, record: EndRecord): readonly Finding[] {
  if (now.end !== undefined) return [finding('end-repeated', { leaf })]
  const isEarly = record.atMs < earliestMs(now)
  if (now.close === undefined) now.end = { leaf, record }
  return isEarly ? [finding('end-too-early', { leaf })] : []
}

function takeClose(now: InForce, leaf: number, record: CloseRecord): readonly Finding[] {
  if (now.close !== undefined) return [finding('close-repeated', { leaf })]
  const codes: FindingCode[] = []
  if (record.v === 2 && now.end === undefined) codes.push('end-missing')
  if (record.atMs < earliestMs(now)) codes.push('close-too-early')
  now.close = { leaf, record }
  return codes.map((code) => finding(code, { leaf }))
}

function recordOf(text: string): LogRecord | undefined {
  try {
    return parseRecord(text)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
