/**
 * All entries of a log in their order: stretches are worked by whoever is given them, what they say is put together
 * here: tree, nonces, amendments, count, and what was public at the sizes seen before. No I/O but the reader.
 */
import { type PluralityTally, pluralityTally } from '../tally/plurality.ts'
import { NONCE_BYTES } from './ballot-reader.ts'
import type { TreeHasher } from './merkle.ts'
import { nonceSet } from './nonce-set.ts'
import type { EntryRules } from './verify-ballot.ts'
import type { LogCourse } from './verify-course.ts'
import type { FindingList } from './verify-finding.ts'
import { type LogReader, type RangeChecker, type RangeReport, rangeChecker } from './verify-range.ts'
import type { TrackerWatch } from './verify-receipt.ts'
import { tooEarly } from './verify-release.ts'
import type { TreeCheck } from './verify-tree.ts'

/** Leaves of a stretch: whole bundles, and few enough that what they say fits in memory many times. */
const STRETCH = 64 * 256

/** What works a stretch: by itself, or in threads of its own. */
export interface StretchWork {
  /** Stretches under way at once. */
  readonly lanes: number
  readonly check: RangeChecker
}

/** In this thread, one stretch at a time. */
export function inThisThread(
  read: LogReader,
  hasher: TreeHasher,
  rules: EntryRules | undefined,
): StretchWork {
  return { lanes: 1, check: rangeChecker(read, hasher, rules) }
}

export interface EntriesDeps {
  readonly work: StretchWork
  readonly tree: TreeCheck
  readonly watch: TrackerWatch
  readonly findings: FindingList
  /** Undefined where the election is not known. */
  readonly counted: { readonly rules: EntryRules; readonly course: LogCourse } | undefined
  /** Sizes at which what is public then must have been free to be so. */
  readonly releasedAt: readonly number[]
  readonly onProgress: (leaves: number, of: number) => void
}

export interface CheckedEntries {
  readonly tally: PluralityTally | undefined
  /** Whether every entry could be read, and every ballot counted. */
  readonly complete: boolean
}

export async function checkEntries(
  deps: EntriesDeps,
  size: number,
  hashesOnly: boolean,
): Promise<CheckedEntries> {
  const { work, tree, watch, findings, counted, onProgress } = deps
  const tally = counted && pluralityTally(counted.rules.election)
  const nonces = nonceSet()
  const cuts = deps.releasedAt.filter((at) => at <= size).toSorted((a, b) => a - b)
  const releasedAt = new Set(cuts)
  let complete = true

  const takeParts = async ({ parts, specials }: RangeReport) => {
    if (counted === undefined || tally === undefined) return
    let nextSpecial = 0
    for (const { to, groups } of parts) {
      for (const { district, choices, times } of groups) tally.fold(district, choices, times)
      // A size ends two parts where an entry that is no ballot comes next.
      if (releasedAt.delete(to)) {
        const unit = tooEarly(counted.rules, tally)
        if (unit !== undefined) findings.add('released-too-early', {}, `${unit}, of the first ${to} entries`)
      }
      const special = specials[nextSpecial]
      if (special?.leaf !== to) continue
      nextSpecial++
      await counted.course.take(special.leaf, special.text, tally)
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
    onProgress(job.from + isBallot.length, size)
  }

  const under: Promise<RangeReport>[] = []
  for (let from = 0; from < size || under.length > 0; ) {
    while (from < size && under.length < work.lanes) {
      const to = Math.min(size, from + STRETCH)
      const within = cuts.filter((at) => at > from && at <= to)
      const report = work.check({ from, to, cuts: within, hashesOnly })
      report.catch(() => {})
      under.push(report)
      from = to
    }
    await take(await under.shift()!)
  }
  return { tally, complete: complete && counted !== undefined }
}
