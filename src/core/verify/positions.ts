/**
 * Whether what a log told, it told when it could (docs/protocol.md, "Release"): by position in
 * version 2, before the end of voting in groups and after it the rest in one order; by the gate in
 * version 1. Pure.
 */

import type { LogVersion } from '../log/record.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import { releasedDistricts, releaseUnits } from '../tally/release.ts'
import { HASH_BYTES } from '../tlog/merkle.ts'
import type { LogCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import { type Finding, finding } from './finding.ts'
import type { KnownTree } from './history.ts'
import type { RangeReport } from './range.ts'

/** Each method but the last two returns what is wrong. */
export interface ReleaseCheck {
  /** Sizes of the log at which it is to be asked. */
  readonly sizes: readonly number[]
  /**
   * The first `size` entries. @param counted what is counted of them @param complete whether that
   * is all of it
   */
  readonly at: (size: number, counted: TallyCounts, complete: boolean) => readonly Finding[]
  /**
   * The end of voting is entry `leaf`. @param counted what stands before it @param complete whether
   * that is all of it
   */
  readonly atEnd: (leaf: number, counted: TallyCounts, complete: boolean) => readonly Finding[]
  /**
   * The order of ballots after the end; for every stretch of the log, in turn, when its entries
   * were taken.
   */
  readonly afterEnd: (stretch: Stretch) => readonly Finding[]
  /** When all of it was taken. */
  readonly finish: (counted: TallyCounts) => readonly Finding[]
  /** Version 1: sizes at which a unit was public that had to be held back while voting was open. */
  readonly early: () => readonly { readonly size: number; readonly unit: string }[]
  /** Places that were looked at. */
  readonly count: () => number
}

type Stretch = Pick<RangeReport, 'job' | 'leaves' | 'isBallot'>

export interface ReleaseFacts {
  readonly v: LogVersion
  readonly rules: EntryRules
  readonly course: LogCourse
  /** Trees that the log has shown. */
  readonly known: readonly KnownTree[]
  /** Sizes at which it is known when somebody looked. */
  readonly looked: readonly number[]
  readonly size: number
}

export function releaseCheck(facts: ReleaseFacts): ReleaseCheck {
  return facts.v === 1 ? byGate(facts) : byPosition(facts)
}

/**
 * Version 1: what the gate would have held back; whether voting was open then is for the clock to
 * say (clock.ts).
 */
function byGate({ rules, looked }: ReleaseFacts): ReleaseCheck {
  const early: { size: number; unit: string }[] = []
  return {
    sizes: rules.election.results === 'live' ? looked : [],
    at: (size, counted) => {
      const unit = heldBackUnit(rules, counted)
      if (unit !== undefined) early.push({ size, unit })
      return []
    },
    atEnd: () => [],
    afterEnd: () => [],
    finish: () => [],
    early: () => early,
    count: () => looked.length,
  }
}

function byPosition({ rules, course, known, size }: ReleaseFacts): ReleaseCheck {
  const { results, suppressBelow: k } = rules.election
  const groups = groupRules(rules)
  const order = ballotOrder()
  /** In live results with k = 1 every ballot is told at once, and there is no group. */
  const grouped = results !== 'live' || k > 1
  const shown = [...new Set([...known.map((each) => each.size), size])]
  let end: { readonly leaf: number; readonly units: UnitCounts; readonly complete: boolean } | undefined
  let places = 0

  const finishGroups = (restBegins: number, ballots: number, counted: TallyCounts): readonly Finding[] => {
    const restEnds = restBegins + ballots - ballotsOf(end!.units)
    const parts = shown.filter((each) => each > restBegins && each < restEnds).map(toldInPart)
    return course.close() === undefined ? parts : [...parts, ...groups.restTooSmall(end!.units, counted)]
  }

  return {
    sizes: grouped ? shown : [],
    at: (size, counted, complete) => {
      places++
      // An entry that could not be counted has a finding of its own.
      return end === undefined && complete ? groups.tooEarly(counted, `of the first ${size} entries`) : []
    },
    atEnd: (leaf, counted, complete) => {
      end = { leaf, units: groups.unitsOf(counted), complete }
      if (!grouped || !complete) return []
      places++
      return groups.tooEarly(counted, 'before the end of voting')
    },
    afterEnd: (stretch) => (end === undefined ? [] : order.take(stretch, end.leaf + 1)),
    finish: (counted) => {
      if (end === undefined) return []
      const { leaf, record } = course.end()!
      const wrong = endBallots(leaf, record.ballots, counted.ballots(), course.close() !== undefined)
      if (!grouped || !end.complete) return wrong
      return [...wrong, ...finishGroups(leaf + 1, record.ballots, counted)]
    },
    early: () => [],
    count: () => places,
  }
}

/** Ballots of each unit, with a district of it. */
type UnitCounts = readonly { readonly ballots: number; readonly district: number }[]

/** How many ballots of a unit may stand before the end of voting, and behind it. */
function groupRules(rules: EntryRules) {
  const { election, issued } = rules
  const isLive = election.results === 'live'
  const k = election.suppressBelow
  const { ofDistrict, count } = releaseUnits(election, issued)

  const unitsOf = (counted: TallyCounts): UnitCounts => {
    const units = Array.from({ length: count }, () => ({ ballots: 0, district: -1 }))
    for (const [d, unit] of ofDistrict.entries()) {
      units[unit]!.ballots += counted.perDistrict[d]!
      if (units[unit]!.district === -1) units[unit]!.district = d
    }
    return units
  }
  const tooEarly = (counted: TallyCounts, where: string): readonly Finding[] => {
    const early = unitsOf(counted).find(({ ballots }) => (isLive ? ballots % k !== 0 : ballots !== 0))
    if (early === undefined) return []
    const of = isLive ? `, not told in groups of ${k}` : ''
    const unit = unitInWords(rules, early.district)
    return [finding('released-too-early', {}, `${unit} with ${early.ballots} ballots${of}, ${where}`)]
  }
  /** @param before what stood before the end */
  const restTooSmall = (before: UnitCounts, counted: TallyCounts): readonly Finding[] => {
    if (!isLive) return []
    for (const [u, { ballots, district }] of unitsOf(counted).entries()) {
      const published = before[u]!.ballots
      if (published === 0 || ballots - published >= k) continue
      const rest = `${unitInWords(rules, district)}: ${ballots - published} after ${published}`
      return [finding('rest-too-small', {}, `${rest}, fewer than ${k}`)]
    }
    return []
  }
  return { unitsOf, tooEarly, restTooSmall }
}

/** Whether ballots ascend by leaf hash, from one stretch to the next. */
function ballotOrder() {
  let last: Uint8Array | undefined
  return {
    take: ({ job, leaves, isBallot }: Stretch, first: number): readonly Finding[] => {
      const findings: Finding[] = []
      for (let i = Math.max(0, first - job.from); i < isBallot.length; i++) {
        if (isBallot[i] === 0) continue
        const leaf = leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)
        if (last !== undefined && !isAscending(last, leaf))
          findings.push(finding('entries-out-of-order', { leaf: job.from + i }))
        last = leaf
      }
      return findings
    },
  }
}

function endBallots(leaf: number, said: number, ballots: number, closed: boolean): readonly Finding[] {
  const agrees = closed ? ballots === said : ballots <= said
  return agrees ? [] : [finding('end-ballots', { leaf }, `it says ${said}, there are ${ballots}`)]
}

function toldInPart(size: number): Finding {
  return finding('released-too-early', {}, `a part of what was held back until the end, ${size} entries`)
}

function ballotsOf(units: UnitCounts): number {
  return units.reduce((sum, { ballots }) => sum + ballots, 0)
}

function isAscending(before: Uint8Array, after: Uint8Array): boolean {
  for (let i = 0; i < HASH_BYTES; i++) if (before[i] !== after[i]) return before[i]! < after[i]!
  return false
}

/** Version 1: a unit with ballots that had to be held back at that count, in words. */
function heldBackUnit(rules: EntryRules, counted: TallyCounts): string | undefined {
  const { election, issued } = rules
  const released = releasedDistricts(election, issued, counted)
  const d = election.districts.findIndex((_, i) => counted.perDistrict[i]! > 0 && !released[i])
  if (d === -1) return undefined
  return `${unitInWords(rules, d)} with ${counted.perDistrict[d]} ballots`
}

/** The unit that a district belongs to. */
function unitInWords({ election, named, styleOf }: EntryRules, d: number): string {
  return named[d] ? `district "${election.districts[d]!.id}"` : `small districts of style "${styleOf[d]}"`
}
