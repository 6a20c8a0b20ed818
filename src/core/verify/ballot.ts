/**
 * One ballot entry against the rules of its election, strictly: exactly the bytes that
 * docs/protocol.md ("Ballot entry and tracker") has for it. This is the slow reader that says what
 * is wrong; ballot-reader.ts is the fast one, and says the same.
 */
import { ballotStyles, namedDistricts } from '../election/ballot-style.ts'
import { type Choices, parseChoices } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'
import { parseBounded } from '../log/bounded-json.ts'
import type { FindingCode } from './finding.ts'

export interface EntryRules {
  readonly election: Election
  /** Keys issued per district when the election was made. */
  readonly issued: readonly number[]
  readonly districtIndex: ReadonlyMap<string, number>
  readonly named: readonly boolean[]
  readonly styleOf: readonly string[]
  readonly contestsOf: ReadonlyMap<string, readonly number[]>
  /**
   * For each style with unnamed districts the first of them: all their ballots are counted there.
   */
  readonly poolOf: ReadonlyMap<string, number>
}

/**
 * @param issued keys issued per district when the election was made, which decides what entries
 *   name
 */
export function entryRules(election: Election, issued: readonly number[]): EntryRules {
  const named = namedDistricts(election, issued)
  const { ofDistrict, contests } = ballotStyles(election)
  const poolOf = new Map<string, number>()
  for (const [d, style] of ofDistrict.entries()) if (!named[d] && !poolOf.has(style)) poolOf.set(style, d)
  return {
    election,
    issued,
    districtIndex: new Map(election.districts.map(({ id }, d) => [id, d])),
    named,
    styleOf: ofDistrict,
    contestsOf: contests,
    poolOf,
  }
}

/** What a ballot adds to the count. */
export interface ReadBallot {
  /** The district it names, or the first unnamed one of its style. */
  readonly district: number
  readonly choices: Choices
}

const BALLOT =
  /^\{"v":1,"election":"([^"\\]*)","style":"([^"\\]*)"(?:,"district":"([^"\\]*)")?,"choices":(\[[[\]0-9,]*\]),"nonce":"[0-9a-f]{32}"\}$/

export function readBallot(text: string, rules: EntryRules): ReadBallot | FindingCode {
  const parts = BALLOT.exec(text)
  if (parts === null) return whyNotBallot(text)
  const [, electionId, style, named, choices] = parts
  if (electionId !== rules.election.id) return 'entry-of-other-election'
  const carried = rules.contestsOf.get(style!)
  if (carried === undefined) return 'style-unknown'
  const district = named === undefined ? rules.poolOf.get(style!) : rules.districtIndex.get(named)
  if (district === undefined) return named === undefined ? 'district-must-be-named' : 'district-unknown'
  if (rules.styleOf[district] !== style) return 'district-not-of-style'
  if (named !== undefined && !rules.named[district]) return 'district-must-not-be-named'
  const marks = marksOf(choices!, rules.election)
  if (typeof marks === 'string') return marks
  if (marks.some((options, contest) => options.length > 0 && !carried.includes(contest)))
    return 'choices-outside-style'
  return { district, choices: choices as Choices }
}

function marksOf(text: string, election: Election): readonly (readonly number[])[] | FindingCode {
  try {
    return parseChoices(text, election)
  } catch {
    return isOvervote(text, election) ? 'choices-overvote' : 'choices-invalid'
  }
}

function isOvervote(text: string, { contests }: Election): boolean {
  const marks = parseJson(text)
  return (
    Array.isArray(marks) &&
    marks.length === contests.length &&
    marks.some((options, i) => Array.isArray(options) && options.length > contests[i]!.votes)
  )
}

/** Says whether an entry that is not written as a ballot would be one to a lenient reader. */
function whyNotBallot(text: string): FindingCode {
  const entry = parseJson(text)
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'entry-invalid'
  const { v, election, style, choices, nonce } = entry as Record<string, unknown>
  const looksLike =
    v === 1 && [election, style, nonce].every((each) => typeof each === 'string') && Array.isArray(choices)
  return looksLike ? 'entry-not-canonical' : 'entry-invalid'
}

function parseJson(text: string): unknown {
  try {
    return parseBounded(text, { text: text.length }).value
  } catch {
    return undefined
  }
}
