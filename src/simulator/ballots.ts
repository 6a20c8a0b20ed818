/**
 * Random valid choices for a voter, and the request that casts them: in the short form if that can
 * express them, otherwise in the general form.
 */

import type { VoterKey } from '../adapters/files/key-file.ts'
import type { Api } from '../client/client.ts'
import type { Contest, Election } from '../core/election/definition.ts'
import type { Random } from './random.ts'
import type { Weights } from './weights.ts'

/**
 * Chosen option indexes per contest, in definition order; null if the contest is not on the voter’s
 * ballot.
 */
export type Marks = readonly (readonly number[] | null)[]

export interface Form {
  /** The path of the POST. */
  readonly path: string
  readonly members: Api['Vote'] | Api['Ballot']
}

export interface Ballots {
  /** @throws RangeError if the election has no district with that id */
  readonly draw: (district: string, random: Random) => Marks
  readonly form: (voter: VoterKey, marks: Marks, random: Random) => Form
  /** The same voter choosing an option that does not exist. */
  readonly unknownCandidate: (voter: VoterKey, random: Random) => Form
}

/** The part of contests that stay blank in the general form, so that blanks are counted too. */
const LEFT_BLANK = 0.03
const VOTE_UNUSED = 0.1

/** @param isDefault whether the server's short API is for this election */
export function ballots(election: Election, weights: Weights, isDefault: boolean): Ballots {
  const districtIndex = new Map(election.districts.map((district, i) => [district.id, i]))
  const only = election.contests.length === 1 ? election.contests[0]! : undefined
  const short = isDefault && only !== undefined && only.votes === 1
  const general = `/elections/${election.id}/ballots`

  const carries = (contest: number, district: number) =>
    election.contests[contest]!.districts?.has(district) ?? true
  const indexOf = (district: string): number => {
    const index = districtIndex.get(district)
    if (index === undefined)
      throw new RangeError(
        `election "${election.id}" has no district "${district}": check that the keys are those of ` +
          'this election',
      )
    return index
  }

  const draw = (district: string, random: Random): Marks => {
    const at = indexOf(district)
    return election.contests.map((contest, i) => {
      if (!carries(i, at)) return null
      if (short) return [pick(weights[i]!, random)]
      if (random.fraction() < LEFT_BLANK) return []
      return marksOf(contest, weights[i]!, random)
    })
  }

  const wordOf = (contest: number, option: number, random: Random): string => {
    const { id, name } = election.contests[contest]!.options[option]!
    return random.below(2) === 0 ? id : name
  }

  const form = (voter: VoterKey, marks: Marks, random: Random): Form => {
    const { personal_id, guid } = voter
    const first = marks[0]?.[0]
    if (short && first !== undefined)
      return { path: '/vote', members: { personal_id, guid, candidate: wordOf(0, first, random) } }
    const contests: Record<string, string[]> = {}
    for (const [i, options] of marks.entries())
      if (options !== null && options.length > 0)
        contests[election.contests[i]!.id] = options.map((option) => wordOf(i, option, random))
    return { path: general, members: { personal_id, guid, contests } }
  }

  const unknownCandidate = (voter: VoterKey, random: Random): Form => {
    const { personal_id, guid } = voter
    const at = indexOf(voter.district)
    // Thirty-two random digits are no option's name or id.
    const unknown = `nobody-${random.hex(32)}`
    if (short && carries(0, at)) return { path: '/vote', members: { personal_id, guid, candidate: unknown } }
    const contest = election.contests.find((_, i) => carries(i, at)) ?? election.contests[0]!
    return { path: general, members: { personal_id, guid, contests: { [contest.id]: [unknown] } } }
  }

  return { draw, form, unknownCandidate }
}

/**
 * Marks that the rules of a contest allow: "none of these" alone, otherwise at least the required
 * number.
 */
function marksOf({ options, votes, min }: Contest, weights: readonly number[], random: Random): number[] {
  const marked = new Set<number>([pick(weights, random)])
  if ([...marked].some((option) => options[option]!.noneOfThese)) return [...marked]
  for (let vote = 1; vote < votes; vote++) {
    // One draw per vote: drawing an option again is an unused vote, and so is "none of these". This
    // needs no bound.
    if (random.fraction() < VOTE_UNUSED) continue
    const option = pick(weights, random)
    if (!options[option]!.noneOfThese) marked.add(option)
  }
  while (marked.size < min) {
    const left = options.flatMap(({ noneOfThese }, i) => (noneOfThese || marked.has(i) ? [] : [i]))
    // The contest requires more than there are: only a blank remains.
    if (left.length === 0) return []
    const sum = left.reduce((total, i) => total + weights[i]!, 0)
    const scaled = left.map((i) => (sum > 0 ? weights[i]! / sum : 1 / left.length))
    marked.add(left[pick(scaled, random)]!)
  }
  return [...marked].sort((a, b) => a - b)
}

function pick(weights: readonly number[], random: Random): number {
  let left = random.fraction()
  let last = 0
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue
    last = i
    left -= weight
    if (left < 0) return i
  }
  return last
}
