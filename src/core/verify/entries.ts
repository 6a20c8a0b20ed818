/**
 * All entries of a log in their order: read a stretch at a time, and what the stretches say is put together here: tree,
 * nonces, amendments, count, and what was public at the sizes seen before. No I/O but the reader.
 */
import { type PluralityTally, pluralityTally } from '../tally/plurality.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'
import type { LogCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import { NONCE_BYTES } from './ballot-reader.ts'
import { bundlesAtOnce, mostBundleBytes } from './bounds.ts'
import type { FindingList } from './finding.ts'
import { nonceSet } from './nonce-set.ts'
import type { ReleaseCheck } from './positions.ts'
import type { RangeChecker, RangeReport } from './range.ts'
import type { TrackerWatch } from './receipt.ts'
import type { TreeCheck } from './tree.ts'

/** Bundles of a stretch: few enough that what they say fits in memory many times. */
const STRETCH_BUNDLES = 64

export interface EntriesDeps {
  readonly checkRange: RangeChecker
  readonly tree: TreeCheck
  readonly watch: TrackerWatch
  readonly findings: FindingList
  /** Undefined where the election is not known. */
  readonly counted: { readonly rules: EntryRules; readonly course: LogCourse } | undefined
  /** Which is asked at its sizes; undefined where the election is not known. */
  readonly release: ReleaseCheck | undefined
  /** What no log can foresee, for looking nonces up; see `nonceSet`. */
  readonly salt: Uint8Array | undefined
  readonly onProgress: (leaves: number, of: number) => void
}

export interface CheckedEntries {
  readonly tally: PluralityTally | undefined
  /** Whether every entry could be read, and every ballot counted. */
  readonly complete: boolean
  /** Leaves up to which there is a tree: fewer than its size where it has a hole. */
  readonly reached: number
}

export async function checkEntries(
  deps: EntriesDeps,
  size: number,
  hashesOnly: boolean,
): Promise<CheckedEntries> {
  const { checkRange, tree, watch, findings, counted, release, onProgress } = deps
  const tally = counted && pluralityTally(counted.rules.election)
  const nonces = nonceSet(size, deps.salt)
  const stretch = TILE_WIDTH * bundlesAtOnce(mostBundleBytes(counted?.rules), STRETCH_BUNDLES)
  const cuts = (release?.sizes ?? []).filter((at) => at <= size).toSorted((a, b) => a - b)
  const releasedAt = new Set(cuts)
  let complete = true

  const takeParts = async ({ parts, specials }: RangeReport) => {
    if (counted === undefined || tally === undefined) return
    let nextSpecial = 0
    for (const { to, groups } of parts) {
      for (const { district, choices, times } of groups) tally.fold(district, choices, times)
      // A size ends two parts where an entry that is no ballot comes next.
      if (releasedAt.delete(to)) release?.at(to, tally, complete)
      const special = specials[nextSpecial]
      if (special?.leaf !== to) continue
      nextSpecial++
      const ended = counted.course.end()
      await counted.course.take(special.leaf, special.text, tally)
      if (counted.course.end() !== ended) release?.atEnd(special.leaf, tally, complete)
    }
  }

  const take = async (report: RangeReport) => {
    const { job, leaves, isBallot } = report
    await tree.append(leaves)
    watch.look(leaves, job.from)
    findings.addAll(report.findings)
    complete &&= report.complete
    for (let i = 0; i < isBallot.length; i++) {
      if (isBallot[i] === 0) continue
      const before = nonces.add(report.nonces, i * NONCE_BYTES, job.from + i)
      if (before !== undefined)
        findings.add('nonce-repeated', { leaf: job.from + i }, `leaf ${before} has it too`)
    }
    await takeParts(report)
    release?.afterEnd(report)
    onProgress(job.from + isBallot.length, size)
  }

  for (let from = 0; from < size; from += stretch) {
    const to = Math.min(size, from + stretch)
    const within = cuts.filter((at) => at > from && at <= to)
    const report = await checkRange({ from, to, cuts: within, hashesOnly })
    await take(report)
    // A checkpoint can claim any size: what is not there is not looked for one by one.
    if (report.broken) return { tally, complete: false, reached: from }
  }
  return { tally, complete: complete && counted !== undefined, reached: size }
}
