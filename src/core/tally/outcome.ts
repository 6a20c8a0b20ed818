/**
 * Who has won a contest, or would by what is counted so far (docs/protocol.md, "Outcome"). Pure: whole numbers, every
 * comparison in BigInt, so that a threshold is exact at its boundary however many ballots there are.
 */
import { atMost, isMet, type Part, type Requirement, requirementOf } from './requirement.ts'

/** What a contest decides, and by which rules. */
export interface OutcomeRules {
  /** How many options win; of a measure 1. */
  readonly seats: number
  /** Votes each voter has. */
  readonly votesAllowed: number
  /** A question: its first option is for it, the others are against it. */
  readonly measure: boolean
  /** Per option, whether it is "none of these": counted like the others, never elected, neither for nor against. */
  readonly noneOfThese: readonly boolean[]
  /** What an option needs besides the most votes; null where the most votes do. */
  readonly threshold: Part | null
  /** What must take part, or there is no result; null where any number does. */
  readonly quorum: Part | null
}

/** A contest as far as it is counted. */
export interface OutcomeCount {
  /** Per option, in definition order. */
  readonly votes: readonly number[]
  /** Ballots counted that carry the contest, blank ones included. */
  readonly ballots: number
  /** Keys issued where it is voted on. */
  readonly eligible: number
  /** Ballots that may still come into the count; 0 where every ballot is in it and none can come. */
  readonly outstanding: number
  /** Whether the count is complete: voting has ended, and every ballot is in it. */
  readonly final: boolean
}

export type Standing =
  | 'no-votes'
  | 'quorum-missed'
  | 'elected'
  /** Nobody has what the threshold asks for. */
  | 'nobody'
  /** Some may be elected; those in `tied` have equal votes for what is left. */
  | 'tied'
  | 'passed'
  | 'rejected'

/** How a contest stands by the votes counted; that is its result where `final`. Options by their index. */
export interface Outcome {
  readonly final: boolean
  readonly standing: Standing
  /** Most votes first, equals in definition order; those elected by lot last. */
  readonly elected: readonly number[]
  /** Those of `elected` that a lot has chosen. */
  readonly byLot: readonly number[]
  /** Equal votes, for `tiedSeats` of the seats; empty once a lot has decided. */
  readonly tied: readonly number[]
  readonly tiedSeats: number
  /** Seats that nobody takes: too few options have a vote and reach the threshold. */
  readonly vacant: number
  /** The last who is in and the next who is not; null where there is no such pair. */
  readonly margin: { readonly last: number; readonly next: number; readonly votes: number } | null
  /** "None of these", where it has more votes than one who is in. */
  readonly noneAhead: number | null
  readonly threshold: Requirement | null
  readonly quorum: Requirement | null
  readonly outstanding: number
  /** Whether no ballots still outstanding, however they are marked, can change who is in. */
  readonly decided: boolean
}

/** What the lot has chosen is not what was tied. */
export class NoSuchLot extends Error {}

/**
 * @param lot the options that a lot has chosen among the tied, by index; only for a final count
 * @throws {NoSuchLot} where the lot chooses others than `tiedSeats` of those tied
 */
export function outcomeOf(rules: OutcomeRules, count: OutcomeCount, lot: readonly number[] = []): Outcome {
  const standing = rules.measure ? measureStanding(rules, count) : seatsStanding(rules, count)
  const quorum = rules.quorum && requirementOf(rules.quorum, count, count.ballots)
  const missed = quorum !== null && !isMet(quorum)
  const outcome: Omit<Outcome, 'decided'> = {
    final: count.final,
    ...(missed ? { ...NOBODY, standing: 'quorum-missed' } : standing),
    threshold: rules.threshold && requirementOf(rules.threshold, count, highest(rules, count)),
    quorum,
    outstanding: count.final ? 0 : count.outstanding,
  }
  if (lot.length > 0) return { ...withLot(outcome, lot), decided: true }
  return { ...outcome, decided: isDecided(rules, count, outcome) }
}

type StandingNow = Pick<
  Outcome,
  'standing' | 'elected' | 'byLot' | 'tied' | 'tiedSeats' | 'vacant' | 'margin' | 'noneAhead'
>

const NOBODY = {
  ...{ elected: [], byLot: [], tied: [], tiedSeats: 0, vacant: 0, margin: null, noneAhead: null },
} satisfies Omit<StandingNow, 'standing'>

function seatsStanding(rules: OutcomeRules, count: OutcomeCount): StandingNow {
  const { votes } = count
  const { seats, noneOfThese } = rules
  if (votes.every((each) => each === 0)) return { ...NOBODY, standing: 'no-votes' }
  const ranked = candidates(rules).sort((a, b) => votes[b]! - votes[a]! || a - b)
  const qualified = ranked.filter((j) => qualifies(rules, count, j))
  if (qualified.length === 0) return { ...NOBODY, standing: 'nobody', vacant: seats }
  const last = votes[qualified[Math.min(seats, qualified.length) - 1]!]!
  const isTied = qualified.length > seats && votes[qualified[seats]!]! === last
  const elected = isTied ? qualified.filter((j) => votes[j]! > last) : qualified.slice(0, seats)
  const next = ranked.find((j) => !elected.includes(j))
  const lowest = elected.at(-1)
  const none = noneOfThese.findIndex((isNone, j) => isNone && votes[j]! > last)
  const isIn = !isTied && lowest !== undefined && next !== undefined
  return {
    ...NOBODY,
    standing: isTied ? 'tied' : 'elected',
    elected,
    tied: isTied ? qualified.filter((j) => votes[j] === last) : [],
    tiedSeats: isTied ? seats - elected.length : 0,
    vacant: Math.max(0, seats - qualified.length),
    margin: isIn ? { last: lowest, next, votes: votes[lowest]! - votes[next]! } : null,
    noneAhead: none === -1 ? null : none,
  }
}

function measureStanding(rules: OutcomeRules, count: OutcomeCount): StandingNow {
  const { votes } = count
  if (votes.every((each) => each === 0)) return { ...NOBODY, standing: 'no-votes' }
  const passes = rules.threshold === null ? votes[0]! > against(rules, votes) : qualifies(rules, count, 0)
  return { ...NOBODY, standing: passes ? 'passed' : 'rejected', elected: passes ? [0] : [] }
}

/** Votes against a measure: for its other options, "none of these" left out. */
export function against({ noneOfThese }: OutcomeRules, votes: readonly number[]): number {
  return votes.reduce((sum, each, j) => (j === 0 || noneOfThese[j] ? sum : sum + each), 0)
}

/** Indexes of the options that can be elected. */
function candidates({ noneOfThese }: OutcomeRules): number[] {
  return [...noneOfThese.keys()].filter((j) => !noneOfThese[j])
}

function qualifies({ threshold }: OutcomeRules, count: OutcomeCount, j: number): boolean {
  const votes = count.votes[j]!
  return votes > 0 && (threshold === null || isMet(requirementOf(threshold, count, votes)))
}

/** The votes that the threshold is told with: those for a measure, or the most that a candidate has. */
function highest(rules: OutcomeRules, { votes }: OutcomeCount): number {
  return rules.measure ? votes[0]! : Math.max(0, ...candidates(rules).map((j) => votes[j]!))
}

function withLot(outcome: Omit<Outcome, 'decided'>, lot: readonly number[]): Omit<Outcome, 'decided'> {
  const { standing, tied, tiedSeats, elected, final } = outcome
  if (standing !== 'tied' || !final) throw new NoSuchLot('there is no tie')
  if (lot.some((j) => !tied.includes(j))) throw new NoSuchLot('not among the tied')
  if (new Set(lot).size !== lot.length) throw new NoSuchLot('chosen twice')
  if (lot.length !== tiedSeats) throw new NoSuchLot(`${tiedSeats} to be chosen, not ${lot.length}`)
  return {
    ...outcome,
    standing: 'elected',
    elected: [...elected, ...lot],
    ...{ byLot: lot, tied: [], tiedSeats: 0 },
  }
}

/** Whether every way of marking the ballots still outstanding leaves the same result. */
function isDecided(rules: OutcomeRules, count: OutcomeCount, outcome: Omit<Outcome, 'decided'>): boolean {
  const left = outcome.outstanding
  if (left === 0) return true
  const { quorum, standing, elected, vacant } = outcome
  if (quorum !== null && !isMet(quorum)) {
    const all = atMost(count, { ballots: left, votes: 0 })
    return !isMet(requirementOf(quorum.part, all, count.ballots + left))
  }
  switch (standing) {
    case 'no-votes':
    case 'tied':
      return false
    case 'passed':
      return staysIn(rules, count, 0)
    case 'rejected':
      return !comesIn(rules, count, 0, null)
    default: {
      const last = vacant > 0 ? null : Math.min(...elected.map((j) => count.votes[j]!))
      const out = candidates(rules).filter((j) => !elected.includes(j))
      return (
        elected.every((j) => staysIn(rules, count, j)) && !out.some((j) => comesIn(rules, count, j, last))
      )
    }
  }
}

/** Whether an option keeps what it needs where it gets none of the outstanding votes, and the others all. */
function staysIn(rules: OutcomeRules, count: OutcomeCount, j: number): boolean {
  const left = count.outstanding
  const others = rules.noneOfThese.length - 1
  const more = left * Math.min(rules.votesAllowed, others)
  if (rules.threshold !== null)
    return isMet(
      requirementOf(rules.threshold, atMost(count, { ballots: left, votes: more }), count.votes[j]!),
    )
  if (!rules.measure) return true
  const opposed = left * Math.min(rules.votesAllowed, candidates(rules).length - 1)
  return count.votes[0]! > against(rules, count.votes) + opposed
}

/** Whether an option gets in, or level, where it gets a vote of every outstanding ballot and the others none. */
function comesIn(rules: OutcomeRules, count: OutcomeCount, j: number, last: number | null): boolean {
  const left = count.outstanding
  const votes = count.votes[j]! + left
  if (last !== null && votes < last) return false
  if (rules.threshold !== null)
    return isMet(requirementOf(rules.threshold, atMost(count, { ballots: left, votes: left }), votes))
  return !rules.measure || votes > against(rules, count.votes)
}
