/**
 * The course of a log after its genesis: what amendments change, when it closes, and how many keys there are for the
 * ballots at any place in it. No I/O but the reader.
 */
import type { Election } from '../election/definition.ts'
import {
  type AmendmentRecord,
  type CloseRecord,
  type EndRecord,
  type LogRecord,
  parseRecord,
} from '../log/record.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import { Malformed } from '../tlog/malformed.ts'
import type { Sha256 } from '../tlog/merkle.ts'
import type { EntryRules } from './ballot.ts'
import { districtsPath, type Genesis, readDistricts } from './beginning.ts'
import { MOST_AMENDMENTS } from './bounds.ts'
import type { FindingCode, FindingList } from './finding.ts'
import type { LogReader } from './range.ts'
import type { AmendmentReport } from './report.ts'

export interface LogCourse {
  /** The next entry that is no ballot. @param counted what stands before it */
  readonly take: (leaf: number, text: string, counted: TallyCounts) => Promise<void>
  /** Compares the ballots so far with the keys so far. */
  readonly checkKeys: (counted: TallyCounts) => void
  /** When voting ends, as it was announced and then extended: ascending, Unix milliseconds, the last one in force. */
  readonly ends: () => readonly [number, ...number[]]
  readonly keysIssued: () => number
  /** Keys issued per district, by now. */
  readonly eligible: () => readonly number[]
  readonly amendments: () => readonly AmendmentReport[]
  /** The end of voting, as version 2 has it. */
  readonly end: () => { readonly leaf: number; readonly record: EndRecord } | undefined
  readonly close: () => { readonly leaf: number; readonly record: CloseRecord } | undefined
}

export interface CourseDeps {
  readonly read: LogReader
  readonly sha256: Sha256
  readonly findings: FindingList
}

const INVALID: Readonly<Record<string, FindingCode>> = {
  genesis: 'genesis-invalid',
  amendment: 'amendment-invalid',
  end: 'end-invalid',
  close: 'close-invalid',
}

export function logCourse(
  deps: CourseDeps,
  election: Election,
  genesis: Genesis,
  rules: EntryRules,
): LogCourse {
  const { read, sha256, findings } = deps
  const ends: [number, ...number[]] = [election.closesAtMs]
  let issued = rules.issued
  let keysIssued = genesis.record.roll.size
  let lastAtMs = Number.NEGATIVE_INFINITY
  const amendments: AmendmentReport[] = []
  let end: { leaf: number; record: EndRecord } | undefined
  let close: { leaf: number; record: CloseRecord } | undefined
  const { v } = genesis.record

  const amend = async (leaf: number, { atMs, change }: AmendmentRecord) => {
    const at = new Date(atMs).toISOString()
    if (amendments.length >= MOST_AMENDMENTS)
      return findings.add('amendment-invalid', { leaf }, 'there are more than any election has')
    if (atMs < lastAtMs) findings.add('amendment-reverts', { leaf }, 'it is dated before the one before it')
    lastAtMs = Math.max(lastAtMs, atMs)
    if ('closesAtMs' in change) {
      amendments.push({ leaf, at, closesAt: new Date(change.closesAtMs).toISOString() })
      const end = ends.at(-1)!
      if (change.closesAtMs <= end)
        return findings.add('amendment-reverts', { leaf }, 'voting would end earlier than announced')
      if (atMs >= end)
        return findings.add('amendment-reverts', { leaf }, 'voting had ended when it was extended')
      ends.push(change.closesAtMs)
      return
    }
    amendments.push({ leaf, at, keysIssued: change.roll.size })
    if (atMs >= ends.at(-1)!)
      return findings.add('amendment-reverts', { leaf }, 'voting had ended when keys were added')
    const path = districtsPath(change.roll.perDistrictSha256)
    const now = await readDistricts(read, sha256, change.roll, election, path, findings)
    if (now === undefined) return
    const fewer = now.findIndex((keys, d) => keys < issued[d]!)
    if (fewer !== -1) return findings.add('roll-shrunk', { leaf }, election.districts[fewer]!.id)
    if (now.every((keys, d) => keys === issued[d])) return findings.add('roll-exchanged', { leaf })
    issued = now
    keysIssued = change.roll.size
  }

  const checkKeys = (counted: TallyCounts) => {
    const pooled = new Map<string, number>()
    for (const [d, keys] of issued.entries()) {
      const style = rules.styleOf[d]!
      if (!rules.named[d]) pooled.set(style, (pooled.get(style) ?? 0) + keys)
      else if (counted.perDistrict[d]! > keys)
        tooMany(`district "${election.districts[d]!.id}"`, counted, d, keys)
    }
    for (const [style, keys] of pooled) {
      const d = rules.poolOf.get(style)!
      if (counted.perDistrict[d]! > keys) tooMany(`small districts of style "${style}"`, counted, d, keys)
    }
  }
  const tooMany = (where: string, { perDistrict }: TallyCounts, d: number, keys: number) =>
    findings.add('too-many-ballots', {}, `${where} has ${perDistrict[d]} for ${keys} keys`)

  const take = async (leaf: number, text: string, counted: TallyCounts): Promise<void> => {
    const record = recordOf(text)
    if (record === undefined || record.v !== v) {
      const kind = /^\{"v":[12],"entry":"([a-z]+)"/.exec(text)?.[1] ?? ''
      return findings.add(INVALID[kind] ?? 'entry-invalid', { leaf })
    }
    if (record.election !== election.id) return findings.add('entry-of-other-election', { leaf })
    if (record.entry === 'genesis') {
      if (leaf !== 0) findings.add('genesis-repeated', { leaf })
      return
    }
    if (record.entry === 'amendment') {
      // A key that comes later must not make up for a ballot that was too many before.
      checkKeys(counted)
      if (end !== undefined) findings.add('entry-after-end', { leaf })
      return amend(leaf, record)
    }
    // What is in force is announced before: the later of the end of voting and the last amendment.
    const earliestMs = Math.max(ends.at(-1)!, lastAtMs, end?.record.atMs ?? 0)
    if (record.entry === 'end') {
      if (end !== undefined) return findings.add('end-repeated', { leaf })
      if (record.atMs < earliestMs) findings.add('end-too-early', { leaf })
      if (close === undefined) end = { leaf, record }
      return
    }
    if (close !== undefined) return findings.add('close-repeated', { leaf })
    if (v === 2 && end === undefined) findings.add('end-missing', { leaf })
    if (record.atMs < earliestMs) findings.add('close-too-early', { leaf })
    close = { leaf, record }
  }

  return {
    take,
    checkKeys,
    ends: () => ends,
    ...{ keysIssued: () => keysIssued, eligible: () => issued },
    amendments: () => amendments,
    end: () => end,
    close: () => close,
  }
}

function recordOf(text: string): LogRecord | undefined {
  try {
    return parseRecord(text)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
