/**
 * Limits on how much of a log a verifier reads: per resource, the most that the election can need;
 * and a number of entries that the verifier's user agreed to. A hostile log cannot cost more than
 * that.
 */
import type { Election } from '../election/definition.ts'
import { MOST_CERTIFICATION_BYTES, MOST_CHECKPOINT_BYTES } from '../log/resource-bounds.ts'
import { MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'
import type { EntryRules } from './ballot.ts'

/**
 * The default limit on entries. A verifier needs about 1 GB of memory to remember that many nonces.
 */
export const MOST_ENTRIES = 20_000_000
export const MOST_GENESIS_BYTES = MOST_ENTRY_BYTES
/** The longest result document that this program can produce for any election. */
export const MOST_RESULT_BYTES = 128 * 1024 * 1024
/** Amendments of one log; an honest log has a handful. */
export const MOST_AMENDMENTS = 10_000
export const MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + MOST_ENTRY_BYTES)

/** Digits of a number in a log, which is a count of at most 2^53. */
const MOST_DIGITS = 16
/** Digits of a count in a result: at most 10^10 ballots, each with at most 500 votes. */
const COUNT_DIGITS = 13
/** Entries of one bundle that are not ballots and may have the greatest length of an entry. */
const LONG_ENTRIES = 8
/** Entries other than ballots, the close and the genesis are shorter than this. */
const USUAL_ENTRY_BYTES = 1024
/** Bytes that one stretch, or all bundles being read, may hold at once. */
const MOST_AT_ONCE_BYTES = 64 * 1024 * 1024

/** Thrown if a log has more entries than its reader agreed to. */
export class TooManyEntries extends Error {
  readonly size: number
  readonly most: number
  constructor(size: number, most: number) {
    super(`it has ${size.toLocaleString('en')} entries, more than ${most.toLocaleString('en')}`)
    this.name = 'TooManyEntries'
    this.size = size
    this.most = most
  }
}

/** The longest `districts.json`, of the genesis or an amendment, in bytes. */
export function mostDistrictsBytes({ districts }: Election): number {
  return 3 + districts.length * (MOST_DIGITS + 1)
}

/** The longest result document of an election, in bytes (docs/protocol.md, "Result"). */
export function mostResultBytes({ id, contests, districts }: Election): number {
  let bytes = 200 + id.length
  for (const contest of contests) {
    bytes += 200 + contest.id.length
    for (const option of contest.options) bytes += 30 + option.id.length + COUNT_DIGITS
    const voting = contest.districts?.size ?? districts.length
    bytes += voting * (60 + 3 * COUNT_DIGITS + contest.options.length * (COUNT_DIGITS + 1))
    for (const d of contest.districts ?? districts.keys()) bytes += districts[d]!.id.length
  }
  return bytes
}

/**
 * The longest `certification.json`, in bytes: names, figures and two signed notes.
 * @param election undefined if it is not known; then only the notes count
 */
export function mostCertificationBytes(election: Election | undefined): number {
  const notes = 2 * MOST_CHECKPOINT_BYTES
  if (election === undefined) return notes
  const written = (text: string) => JSON.stringify(text).length * 4
  let bytes = notes + 100_000 + written(election.title)
  for (const { id, title, options } of election.contests) {
    bytes += 300 + id.length + written(title)
    for (const option of options) bytes += 60 + option.id.length + written(option.name)
  }
  return Math.min(bytes, MOST_CERTIFICATION_BYTES)
}

/**
 * The longest entry bundle of an election, in bytes.
 * @param rules undefined if the election is not known; then the limit holds for any election
 */
export function mostBundleBytes(rules: EntryRules | undefined): number {
  if (rules === undefined) return MOST_BUNDLE_BYTES
  const usual = 2 + Math.max(longestBallot(rules.election), USUAL_ENTRY_BYTES)
  return Math.min(MOST_BUNDLE_BYTES, TILE_WIDTH * usual + LONG_ENTRIES * (2 + MOST_ENTRY_BYTES))
}

function longestBallot({ id, contests, districts }: Election): number {
  const district = districts.reduce((longest, each) => Math.max(longest, each.id.length), 0)
  const choices = contests.reduce(
    (sum, { votes, options }) => sum + 3 + votes * (1 + String(options.length).length),
    2,
  )
  return 120 + id.length + district + choices
}

/**
 * @param bundleBytes the longest bundle
 * @param most an upper limit on the result
 * @returns how many bundles may be in memory at once, at least 1
 */
export function bundlesAtOnce(bundleBytes: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(MOST_AT_ONCE_BYTES / bundleBytes)))
}
