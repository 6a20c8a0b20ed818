/**
 * How an election ended: the close, the certification and the published result against the count
 * that the entries make.
 */
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
 * The published result document; null where there is none. Left out, or undefined, it is not
 * compared. As a function it is asked for once the log is known to be closed, and for no more bytes
 * than the election can make.
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

/** A log of which every entry is sound. */
export interface SoundLog {
  readonly rules: EntryRules
  readonly course: LogCourse
  readonly tally: PluralityTally
  readonly signed: ReadCheckpoint
  readonly certificate: Certificate
}

/** Of a log that is not closed yet, that there is nothing to compare. */
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

/** @param resultSha256 the document that the close names */
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

/** Its longest text is an id. */
const MOST_TEXT = 1_000

/** What the close says, against the ballots before it and the keys issued by then. */
export function checkClose(
  { leaf, record }: { readonly leaf: number; readonly record: CloseRecord },
  election: Election,
  tally: PluralityTally,
  keysIssued: number,
): Found {
  const ballots = tally.ballots()
  const findings = []
  if (record.ballots !== ballots)
    findings.push(finding('close-ballots', { leaf }, `it says ${record.ballots}, there are ${ballots}`))
  if (record.keysIssued !== keysIssued) {
    const detail = `it says ${record.keysIssued} issued, the roll has ${keysIssued}`
    findings.push(finding('close-keys', { leaf }, detail))
  }
  if (record.keysUsed > record.keysIssued || record.keysUsed !== ballots)
    findings.push(finding('close-keys', { leaf }, `it says ${record.keysUsed} used, for ${ballots} ballots`))
  // Totals may be left out only where the entry would not fit with them.
  const due = formatClose({ ...record, totals: totalsOf(election, tally) })
  if (due !== formatClose(record)) findings.push(finding('close-totals', { leaf }))
  return { findings }
}

/** Votes per option of each contest. */
export function totalsOf(election: Election, tally: PluralityTally): readonly (readonly number[])[] {
  return election.contests.map(({ options }, c) => {
    const totals = new Array<number>(options.length).fill(0)
    const { votes } = tally.contests[c]!
    for (let cell = 0; cell < votes.length; cell++) totals[cell % totals.length]! += votes[cell]!
    return totals
  })
}

/** The published result, against the ballots. */
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
 * The result document that the ballots make, byte for byte, but for the turnout of districts that
 * entries do not name: of these the log knows the sum per ballot style, and the rest is taken from
 * the published document.
 * @returns undefined where they agree
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
      const said = turnout.get(row.id)
      if (said === undefined) {
        turnout.set(row.id, ballots as number)
        const style = rules.styleOf[d]!
        sums.set(style, (sums.get(style) ?? 0) + (ballots as number))
      }
      return { ...row, ballots: said ?? (ballots as number) }
    }),
  }))
  for (const [style, sum] of sums) {
    const counted = tally.perDistrict[rules.poolOf.get(style)!]!
    if (sum !== counted) return `the small districts of style "${style}" have ${counted} ballots, not ${sum}`
  }
  const text = resultText({ ...own, contests: expected } as ShownResult)
  if (equalBytes(utf8Bytes(text), published)) return undefined
  return firstDifference(claimed, JSON.parse(text), 'the ballots say') ?? 'it is written in another way'
}

interface Claimed {
  readonly contests?: readonly { readonly districts?: readonly { readonly ballots?: unknown }[] }[]
}

/** @throws Malformed where it is not JSON */
function parsed(bytes: Uint8Array): Claimed {
  const text = utf8Text(bytes)
  const { value } = parseBounded(text, { text: MOST_TEXT })
  if (typeof value === 'object' && value !== null) return value as Claimed
  throw new Malformed('not a JSON object')
}
