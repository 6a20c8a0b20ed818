/**
 * All entries of a log in their order: read a stretch at a time, and what the stretches say is put
 * together here: tree, nonces, amendments, count, and what was public at the sizes seen before. No
 * I/O but the reader.
 */
import { type PluralityTally, pluralityTally } from '../tally/plurality.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'
import type { LogCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import { NONCE_BYTES } from './ballot-reader.ts'
import { bundlesAtOnce, mostBundleBytes } from './bounds.ts'
import { type Finding, finding } from './finding.ts'
import { addedUp, type Found, NOTHING } from './found.ts'
import { type NonceSet, nonceSet } from './nonce-set.ts'
import type { ReleaseCheck } from './positions.ts'
import type { RangeJob, RangeReport } from './range.ts'
import type { Ranges } from './range-pool.ts'
import type { TrackerWatch } from './receipt.ts'
import type { TreeCheck } from './tree.ts'

/** Bundles of a stretch: few enough that what they say fits in memory many times. */
const STRETCH_BUNDLES = 64

export interface EntriesDeps {
  readonly ranges: Ranges
  /** Bundles of a stretch, at most. */
  readonly stretchBundles: number | undefined
  readonly tree: TreeCheck
  readonly watch: TrackerWatch
  /** Undefined where the election is not known. */
  readonly counted: CountedBy | undefined
  /** What no log can foresee, for looking nonces up; see `nonceSet`. */
  readonly salt: Uint8Array | undefined
  readonly onProgress: (leaves: number, of: number) => void
}

/** What ballots are counted by. */
export interface CountedBy {
  readonly rules: EntryRules
  readonly course: LogCourse
  /** Which is asked at its sizes. */
  readonly release: ReleaseCheck
}

export interface CheckedEntries extends Found {
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
  const { ranges, tree, watch, counted, onProgress } = deps
  const count = counted && entryCount(counted)
  const nonces = nonceSet(size, deps.salt)
  const most = deps.stretchBundles ?? STRETCH_BUNDLES
  const stretch = TILE_WIDTH * bundlesAtOnce(mostBundleBytes(counted?.rules), most)
  const cuts = (counted?.release.sizes ?? []).filter((at) => at <= size).toSorted((a, b) => a - b)
  let found: Found = NOTHING
  let complete = true

  for await (const report of inOrder(jobsOf({ size, stretch, cuts, hashesOnly }), ranges)) {
    const { from, to } = report.job
    complete &&= report.complete
    const tiles = await tree.append(report.leaves, report.roots)
    watch.look(report.leaves, from)
    const repeated = repeatedNonces(nonces, report)
    const ballots = (await count?.take(report, complete)) ?? NOTHING
    const order = counted?.release.afterEnd(report) ?? []
    found = addedUp([
      ...[found, { findings: tiles }, foundIn(report), { findings: repeated }],
      ...[ballots, { findings: order }],
    ])
    onProgress(to, size)
    // A checkpoint can claim any size: what is not there is not looked for one by one.
    if (report.broken) return { ...found, tally: count?.tally, complete: false, reached: from }
  }
  return { ...found, tally: count?.tally, complete: complete && counted !== undefined, reached: size }
}

function* jobsOf(log: {
  readonly size: number
  readonly stretch: number
  readonly cuts: readonly number[]
  readonly hashesOnly: boolean
}): Generator<RangeJob> {
  const { size, stretch, cuts, hashesOnly } = log
  for (let from = 0; from < size; from += stretch) {
    const to = Math.min(size, from + stretch)
    yield { from, to, cuts: cuts.filter((at) => at > from && at <= to), hashesOnly }
  }
}

/** Reports in the order of their jobs, of which some are under way at once. */
async function* inOrder(jobs: Iterable<RangeJob>, { check, atOnce }: Ranges): AsyncGenerator<RangeReport> {
  const underWay: Promise<RangeReport>[] = []
  for (const job of jobs) {
    const report = check(job)
    // One that fails while an earlier one is awaited must not count as unhandled: its turn comes.
    report.catch(() => {})
    if (underWay.push(report) === atOnce) yield await underWay.shift()!
  }
  for (const report of underWay) yield await report
}

const foundIn = ({ findings, more }: RangeReport): Found => ({ findings, ...(more && { more }) })

/** No two ballots have one nonce. */
function repeatedNonces(nonces: NonceSet, { job, nonces: bytes, isBallot }: RangeReport): readonly Finding[] {
  const findings: Finding[] = []
  for (let i = 0; i < isBallot.length; i++) {
    if (isBallot[i] === 0) continue
    const leaf = job.from + i
    const before = nonces.add(bytes, i * NONCE_BYTES, leaf)
    if (before !== undefined) findings.push(finding('nonce-repeated', { leaf }, `leaf ${before} has it too`))
  }
  return findings
}

/**
 * The ballots of one stretch after another, and between them the entries that are none and the
 * sizes to look at.
 */
function entryCount({ rules, course, release }: CountedBy) {
  const tally = pluralityTally(rules.election)
  const toLookAt = new Set(release.sizes)

  /** @param complete whether every entry so far could be read and counted */
  const take = async ({ parts, specials }: RangeReport, complete: boolean): Promise<Found> => {
    let found: Found = NOTHING
    let nextSpecial = 0
    for (const { to, groups } of parts) {
      for (const { ballot, times } of groups) tally.fold(ballot.district, ballot.choices, times)
      // A size ends two parts where an entry that is no ballot comes next.
      const early = toLookAt.delete(to) ? release.at(to, tally, complete) : []
      const special = specials[nextSpecial]
      if (special?.leaf !== to) {
        found = addedUp([found, { findings: early }])
        continue
      }
      nextSpecial++
      const ended = course.end()
      const wrong = await course.take(special.leaf, special.text, tally)
      const atEnd = course.end() === ended ? [] : release.atEnd(special.leaf, tally, complete)
      found = addedUp([found, { findings: [...early, ...wrong, ...atEnd] }])
    }
    return found
  }
  return { tally, take }
}
