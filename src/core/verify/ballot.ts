/**
 * Checks one ballot entry strictly against the rules of its election: exactly the bytes of
 * docs/protocol.md, "Ballot entry and tracker". This is the slow reader, which says what is wrong.
 * ballot-reader.ts is the fast one, and returns the same.
 */
import { ballotStyles, namedDistricts } from '../election/ballot-style.ts'
import { type Choices, parseChoices } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'
import { parseBounded } from '../log/bounded-json.ts'
import type { FindingCode } from './finding.ts'

export interface EntryRules {
  readonly election: Election
  /** Keys issued per district at the genesis. */
  readonly issued: readonly number[]
  readonly districtIndex: ReadonlyMap<string, number>
  readonly named: readonly boolean[]
  readonly styleOf: readonly string[]
  readonly contestsOf: ReadonlyMap<string, readonly number[]>
  /**
   * The first unnamed district of each ballot style that has one. All ballots of the style's
   * unnamed districts are counted there.
   */
  readonly poolOf: ReadonlyMap<string, number>
}

/**
 * Builds the rules for ballot entries of an election.
 * @param issued keys issued per district at the genesis, in definition order; they decide which
 *   districts entries name (docs/protocol.md, "Ballot entry and tracker")
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

/**
 * Reads a ballot entry strictly (docs/protocol.md, "Ballot entry and tracker").
 * @param text the bytes of the entry, decoded
 * @returns the ballot, or the code of the finding if it is not a valid ballot of this election
 */
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

/**
 * @returns `entry-not-canonical` if a lenient reader would accept the entry as a ballot, else
 *   `entry-invalid`
 */
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
