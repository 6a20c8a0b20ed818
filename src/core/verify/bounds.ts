/**
 * How much of a log may be read: each resource as far as the election can make it, and as many
 * entries as one agreed to. What a stranger claims costs no more than that. Pure.
 */
import type { Election } from '../election/definition.ts'
import { MOST_CERTIFICATION_BYTES, MOST_CHECKPOINT_BYTES } from '../log/resource-bounds.ts'
import { MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts'
import { TILE_WIDTH } from '../tlog/tile.ts'
import type { EntryRules } from './ballot.ts'

/**
 * Entries that are read where nobody says otherwise: about a gigabyte of memory, to know every
 * nonce.
 */
export const MOST_ENTRIES = 20_000_000
export const MOST_GENESIS_BYTES = MOST_ENTRY_BYTES
/** Of any election that this program can make a result document of. */
export const MOST_RESULT_BYTES = 128 * 1024 * 1024
/** Amendments of one log: an honest one has a handful. */
export const MOST_AMENDMENTS = 10_000
export const MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + MOST_ENTRY_BYTES)

/** Digits of a number that a log can have: it is a count of at most 2^53. */
const MOST_DIGITS = 16
/** Digits of a count in a result: of at most 10^10 ballots, each with at most 500 votes. */
const COUNT_DIGITS = 13
/** Entries of one bundle that are no ballots and may be as long as an entry can be. */
const LONG_ENTRIES = 8
/** What entries other than ballots, the close and the genesis stay below. */
const USUAL_ENTRY_BYTES = 1024
/** What a stretch, or bundles under way, may hold at once. */
const MOST_AT_ONCE_BYTES = 64 * 1024 * 1024

/** A log has more entries than its reader agreed to. */
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

/** `districts.json`, and those of amendments. */
export function mostDistrictsBytes({ districts }: Election): number {
  return 3 + districts.length * (MOST_DIGITS + 1)
}

/** The result document (docs/protocol.md, "Result"), whatever was voted. */
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

/** `certification.json`: names and figures, and the notes in it. */
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

/** A bundle of entries of this election; undefined where it is not known. */
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

/** Bundles that may be held at once. @param most no more than so many */
export function bundlesAtOnce(bundleBytes: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(MOST_AT_ONCE_BYTES / bundleBytes)))
}
