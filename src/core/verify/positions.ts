/**
 * Whether what a log told, it told when it could (docs/protocol.md, "Release"): by position in version 2, before the end of
 * voting in groups and after it the rest in one order; by the gate in version 1. Pure.
 */

import type { LogVersion } from '../log/record.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import { releaseUnits } from '../tally/release.ts'
import { HASH_BYTES } from '../tlog/merkle.ts'
import type { LogCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import type { FindingList } from './finding.ts'
import type { KnownTree } from './history.ts'
import type { RangeReport } from './range.ts'
import { tooEarly, unitInWords } from './release.ts'

export interface ReleaseCheck {
  /** Sizes of the log at which it is to be asked. */
  readonly sizes: readonly number[]
  /** The first `size` entries. @param counted what is counted of them @param complete whether that is all of it */
  readonly at: (size: number, counted: TallyCounts, complete: boolean) => void
  /** The end of voting is entry `leaf`. @param counted what stands before it @param complete whether that is all of it */
  readonly atEnd: (leaf: number, counted: TallyCounts, complete: boolean) => void
  /** The order of ballots after the end; for every stretch of the log, in turn, when its entries were taken. */
  readonly afterEnd: (stretch: Pick<RangeReport, 'job' | 'leaves' | 'isBallot'>) => void
  /** When all of it was taken. */
  readonly finish: (counted: TallyCounts, size: number) => void
  /** Version 1: sizes at which a unit was public that had to be held back while voting was open. */
  readonly early: () => readonly { readonly size: number; readonly unit: string }[]
  /** Places that were looked at. */
  readonly count: () => number
}

export interface ReleaseFacts {
  readonly v: LogVersion
  readonly rules: EntryRules
  readonly course: LogCourse
  /** Trees that the log has shown. */
  readonly known: readonly KnownTree[]
  /** Sizes at which it is known when somebody looked. */
  readonly looked: readonly number[]
  readonly size: number
  readonly findings: FindingList
}

export function releaseCheck(facts: ReleaseFacts): ReleaseCheck {
  return facts.v === 1 ? byGate(facts) : byPosition(facts)
}

/** Version 1: what the gate would have held back; whether voting was open then is for the clock to say (clock.ts). */
function byGate({ rules, looked }: ReleaseFacts): ReleaseCheck {
  const early: { size: number; unit: string }[] = []
  return {
    sizes: rules.election.results === 'live' ? looked : [],
    at: (size, counted) => {
      const unit = tooEarly(rules, counted)
      if (unit !== undefined) early.push({ size, unit })
    },
    atEnd: () => {},
    afterEnd: () => {},
    finish: () => {},
    early: () => early,
    count: () => looked.length,
  }
}

/** Ballots of each unit, with a district of it. */
type UnitCounts = readonly { readonly ballots: number; readonly district: number }[]

function byPosition({ rules, course, known, size, findings }: ReleaseFacts): ReleaseCheck {
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
  /** In live results with k = 1 every ballot is told at once, and there is no group. */
  const grouped = !isLive || k > 1
  const tooEarly = (counted: TallyCounts, where: string): void => {
    for (const { ballots, district } of unitsOf(counted)) {
      if (isLive ? ballots % k === 0 : ballots === 0) continue
      const of = isLive ? `, not told in groups of ${k}` : ''
      findings.add(
        'released-too-early',
        {},
        `${unitInWords(rules, district)} with ${ballots} ballots${of}, ${where}`,
      )
      return
    }
  }
  let atEnd: { readonly leaf: number; readonly units: UnitCounts; readonly complete: boolean } | undefined
  let last: Uint8Array | undefined
  let places = 0

  const finishRest = (units: UnitCounts): void => {
    for (const [u, { ballots, district }] of units.entries()) {
      const before = atEnd!.units[u]!.ballots
      if (!isLive || before === 0 || ballots - before >= k) continue
      const rest = `${unitInWords(rules, district)}: ${ballots - before} after ${before}`
      return findings.add('rest-too-small', {}, `${rest}, fewer than ${k}`)
    }
  }

  return {
    sizes: grouped ? [...new Set([...known.map((each) => each.size), size])] : [],
    at: (size, counted, complete) => {
      places++
      // An entry that could not be counted has a finding of its own.
      if (atEnd === undefined && complete) tooEarly(counted, `of the first ${size} entries`)
    },
    atEnd: (leaf, counted, complete) => {
      atEnd = { leaf, units: unitsOf(counted), complete }
      if (!grouped || !complete) return
      places++
      tooEarly(counted, 'before the end of voting')
    },
    afterEnd: ({ job, leaves, isBallot }) => {
      if (atEnd === undefined) return
      for (let i = Math.max(0, atEnd.leaf + 1 - job.from); i < isBallot.length; i++) {
        if (isBallot[i] === 0) continue
        const leaf = leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)
        if (last !== undefined && !isAscending(last, leaf))
          findings.add('entries-out-of-order', { leaf: job.from + i })
        last = leaf
      }
    },
    finish: (counted, size) => {
      if (atEnd === undefined) return
      const { leaf, record } = course.end()!
      const close = course.close()
      const ballots = counted.ballots()
      if (close === undefined ? ballots > record.ballots : ballots !== record.ballots)
        findings.add('end-ballots', { leaf }, `it says ${record.ballots}, there are ${ballots}`)
      if (!grouped || !atEnd.complete) return
      const restEnd = leaf + 1 + record.ballots - ballotsOf(atEnd.units)
      for (const shown of new Set([...known.map((each) => each.size), size]))
        if (shown > leaf + 1 && shown < restEnd)
          findings.add(
            'released-too-early',
            {},
            `a part of what was held back until the end, ${shown} entries`,
          )
      if (close !== undefined) finishRest(unitsOf(counted))
    },
    early: () => [],
    count: () => places,
  }
}

function ballotsOf(units: UnitCounts): number {
  return units.reduce((sum, { ballots }) => sum + ballots, 0)
}

function isAscending(before: Uint8Array, after: Uint8Array): boolean {
  for (let i = 0; i < HASH_BYTES; i++) if (before[i] !== after[i]) return before[i]! < after[i]!
  return false
}
