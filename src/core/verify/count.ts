/** Compares the close, the certification and the published result with the count of the entries. */
import type { Election } from '../election/definition.ts'
import { parseBounded } from '../log/bounded-json.ts'
import { type CloseRecord, formatClose } from '../log/record.ts'
import type { PluralityTally } from '../tally/plurality.ts'
import { resultText } from '../tally/result-text.ts'
import { isWithheld, type ShownResult, wholeResult } from '../tally/shown.ts'
import { equalBytes, sha256Hex } from '../tlog/bytes.ts'
import { Malformed } from '../tlog/malformed.ts'
import type { TreeHasher } from '../tlog/merkle.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import { utf8Bytes, utf8Text } from '../tlog/utf8.ts'
import type { LogCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import { mostResultBytes } from './bounds.ts'
import { type Certificate, certificateOfOpenLog, checkCertificate } from './certification.ts'
import { firstDifference } from './document-difference.ts'
import { finding } from './finding.ts'
import { addedUp, type Found, looked, NOTHING, unchecked, wrong } from './found.ts'
import type { ReadCheckpoint } from './signature.ts'

/**
 * The published result document; null if no result is published. If it is left out or undefined, it
 * is not compared. A function is called once the log is known to be closed, with the greatest
 * length in bytes that the election's result can have.
 */
export type PublishedResult =
  | Uint8Array
  | null
  | undefined
  | ((mostBytes: number) => Promise<Uint8Array | null | undefined>)

interface OutcomeInput {
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  readonly nowMs: number
  readonly result?: PublishedResult
}

/** A log in which every entry is valid. */
export interface SoundLog {
  readonly rules: EntryRules
  readonly course: LogCourse
  readonly tally: PluralityTally
  readonly signed: ReadCheckpoint
  readonly certificate: Certificate
}

/**
 * Checks how the election ended. If the log is not closed, there is nothing to compare, and the
 * report says so.
 */
export async function checkOutcome(input: OutcomeInput, log: SoundLog): Promise<Found> {
  const { verify, nowMs } = input
  const { rules, course, tally, signed, certificate } = log
  const close = course.close()
  if (close === undefined) {
    const why =
      nowMs < course.ends().at(-1)!
        ? 'the published result: voting goes on, and it moves with the count'
        : 'the published result: voting has ended, but the log is not closed yet'
    return addedUp([certificateOfOpenLog(certificate), unchecked(why)])
  }
  const { election } = rules
  const keysIssued = course.keysIssued()
  const isLast = close.leaf === signed.checkpoint.size - 1
  const closed = { election, tally, keysIssued, eligible: course.eligible(), close: close.record, signed }
  return addedUp([
    looked('close', 1),
    isLast ? NOTHING : wrong('entry-after-close', { leaf: close.leaf + 1 }),
    checkClose(close, election, tally, keysIssued),
    await checkCertificate(certificate, closed, verify, nowMs),
    await checkPublished(input, rules, tally, close.record.resultSha256),
  ])
}

/** @param resultSha256 the SHA-256 of the document that the close commits to */
async function checkPublished(
  { hasher, result: given }: OutcomeInput,
  rules: EntryRules,
  tally: PluralityTally,
  resultSha256: string,
): Promise<Found> {
  const result = typeof given === 'function' ? await given(mostResultBytes(rules.election)) : given
  if (result === undefined) return unchecked('the published result: none was handed in')
  if (result === null) return wrong('result-missing')
  const isNamed = sha256Hex(hasher.sha256, result) === resultSha256
  return addedUp([
    looked('result', 1),
    isNamed ? NOTHING : wrong('close-result'),
    checkResult(result, rules, tally),
  ])
}

/** The longest text in a result is an id. */
const MOST_TEXT = 1_000

/**
 * Compares the close with the ballots before it and the keys issued by then (docs/protocol.md, "The
 * public log").
 */
export function checkClose(
  { leaf, record }: { readonly leaf: number; readonly record: CloseRecord },
  election: Election,
  tally: PluralityTally,
  keysIssued: number,
): Found {
  const ballots = tally.ballots()
  const findings = []
  if (record.ballots !== ballots)
    findings.push(finding('close-ballots', { leaf }, `it states ${record.ballots}, the log has ${ballots}`))
  if (record.keysIssued !== keysIssued) {
    const detail = `it states ${record.keysIssued} issued, the roll has ${keysIssued}`
    findings.push(finding('close-keys', { leaf }, detail))
  }
  if (record.keysUsed > record.keysIssued || record.keysUsed !== ballots)
    findings.push(
      finding('close-keys', { leaf }, `it states ${record.keysUsed} used, the log has ${ballots} ballots`),
    )
  // Totals may be left out only if the entry would be too long with them.
  const due = formatClose({ ...record, totals: totalsOf(election, tally) })
  if (due !== formatClose(record)) findings.push(finding('close-totals', { leaf }))
  return { findings }
}

/** @returns votes per option of each contest, in definition order */
export function totalsOf(election: Election, tally: PluralityTally): readonly (readonly number[])[] {
  return election.contests.map(({ options }, c) => {
    const totals = new Array<number>(options.length).fill(0)
    const { votes } = tally.contests[c]!
    for (let cell = 0; cell < votes.length; cell++) totals[cell % totals.length]! += votes[cell]!
    return totals
  })
}

/** Compares the published result with the ballots (docs/protocol.md, "Result"). */
export function checkResult(published: Uint8Array, rules: EntryRules, tally: PluralityTally): Found {
  try {
    const difference = resultDifference(published, rules, tally)
    return difference === undefined ? NOTHING : wrong('result-differs', {}, difference)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return wrong('result-malformed', {}, error.message)
  }
}

/**
 * Computes the result document from the ballots and compares it byte by byte. For districts that
 * entries do not name, the log has only the sum per ballot style; there the turnout of each
 * district is copied from the published document and only the sum is compared.
 * @returns undefined if both agree, else the first difference
 */
function resultDifference(
  published: Uint8Array,
  rules: EntryRules,
  tally: PluralityTally,
): string | undefined {
  const claimed = parsed(published)
  const own = wholeResult(rules.election, rules.issued, tally)
  const sums = new Map<string, number>()
  const turnout = new Map<string, number>()
  const expected = own.contests.map((contest, c) => ({
    ...contest,
    districts: contest.districts.map((row, i) => {
      const d = rules.districtIndex.get(row.id)!
      if (rules.named[d] || !isWithheld(row)) return row
      const ballots = claimed.contests?.[c]?.districts?.[i]?.ballots
      if (!Number.isSafeInteger(ballots) || (ballots as number) < 0) return row
      const published = turnout.get(row.id)
      if (published === undefined) {
        turnout.set(row.id, ballots as number)
        const style = rules.styleOf[d]!
        sums.set(style, (sums.get(style) ?? 0) + (ballots as number))
      }
      return { ...row, ballots: published ?? (ballots as number) }
    }),
  }))
  for (const [style, sum] of sums) {
    const counted = tally.perDistrict[rules.poolOf.get(style)!]!
    if (sum !== counted) return `the small districts of style "${style}" have ${counted} ballots, not ${sum}`
  }
  const text = resultText({ ...own, contests: expected } as ShownResult)
  if (equalBytes(utf8Bytes(text), published)) return undefined
  return (
    firstDifference(claimed, JSON.parse(text), 'the ballots say') ??
    'it is not in the exact form of the protocol'
  )
}

interface Claimed {
  readonly contests?: readonly { readonly districts?: readonly { readonly ballots?: unknown }[] }[]
}

/** @throws {Malformed} if the bytes are not a JSON object */
function parsed(bytes: Uint8Array): Claimed {
  const text = utf8Text(bytes)
  const { value } = parseBounded(text, { text: MOST_TEXT })
  if (typeof value === 'object' && value !== null) return value as Claimed
  throw new Malformed('not a JSON object')
}
