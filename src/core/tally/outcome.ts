/**
 * Who has won a contest, or would by what is counted so far (docs/protocol.md, "Outcome"). Pure:
 * whole numbers, every comparison in BigInt, so that a threshold is exact at its boundary however
 * many ballots there are.
 */
import type { Quorum, Threshold } from '../election/share.ts'
import { isMet, type Requirement, requirementOf, type Wholes } from './requirement.ts'

/** What a contest decides, and by which rules. */
export interface OutcomeRules {
  /** How many options win; of a measure 1. */
  readonly seats: number
  /** Votes each voter has. */
  readonly votesAllowed: number
  /** A question: it passes where its first option reaches the threshold. */
  readonly measure: boolean
  /** Per option, whether it is "none of these": counted like the others, never elected. */
  readonly noneOfThese: readonly boolean[]
  /** What an option's votes must come to; null where the most votes do. A measure has one. */
  readonly threshold: Threshold | null
  /** How many must take part, or there is no result; null where any number does. */
  readonly quorum: Quorum | null
}

/** A contest as far as it is counted. */
export interface OutcomeCount {
  /** Per option, in definition order. */
  readonly votes: readonly number[]
  /** Ballots counted that carry the contest, blank ones included. */
  readonly ballots: number
  /** Of these, ballots that mark nothing in it. */
  readonly blank: number
  /** Keys issued where it is voted on. */
  readonly eligible: number
  /**
   * Ballots that may still come into the count; 0 where every ballot is in it and none can come.
   */
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

/**
 * How a contest stands by the votes counted; that is its result where `final`. Options by their
 * index.
 */
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
  const quorum = rules.quorum && quorumOf(rules.quorum, count)
  const missed = quorum !== null && !isMet(quorum)
  const outcome: Omit<Outcome, 'decided'> = {
    final: count.final,
    ...(missed ? { ...NOBODY, standing: 'quorum-missed' } : standing),
    threshold: rules.threshold && requirementOf(rules.threshold, wholesOf(count), highest(rules, count)),
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
  if (count.votes.every((each) => each === 0)) return { ...NOBODY, standing: 'no-votes' }
  const passes = qualifies(rules, count, 0)
  return { ...NOBODY, standing: passes ? 'passed' : 'rejected', elected: passes ? [0] : [] }
}

/** Indexes of the options that can be elected. */
function candidates({ noneOfThese }: OutcomeRules): number[] {
  return [...noneOfThese.keys()].filter((j) => !noneOfThese[j])
}

function qualifies({ threshold }: OutcomeRules, count: OutcomeCount, j: number): boolean {
  const votes = count.votes[j]!
  return votes > 0 && (threshold === null || isMet(requirementOf(threshold, wholesOf(count), votes)))
}

function wholesOf({ votes, ballots, eligible }: OutcomeCount): Wholes {
  return { given: votes.reduce((sum, each) => sum + each, 0), ballots, eligible }
}

function quorumOf(
  { counting, needs }: Quorum,
  count: OutcomeCount,
  more: Wholes & { has: number } = NO_MORE,
): Requirement {
  const has = counting === 'ballots' ? count.ballots : count.ballots - count.blank
  return requirementOf(needs, plus(count, more), has + more.has)
}

const NO_MORE = { given: 0, ballots: 0, eligible: 0, has: 0 }

function plus(count: OutcomeCount, more: Pick<Wholes, 'given' | 'ballots'>): Wholes {
  const { given, ballots, eligible } = wholesOf(count)
  return { given: given + more.given, ballots: ballots + more.ballots, eligible }
}

/**
 * The votes that the threshold is told with: those for a measure, or the most that a candidate has.
 */
function highest(rules: OutcomeRules, { votes }: OutcomeCount): number {
  return rules.measure ? votes[0]! : Math.max(0, ...candidates(rules).map((j) => votes[j]!))
}

function withLot(outcome: Omit<Outcome, 'decided'>, lot: readonly number[]): Omit<Outcome, 'decided'> {
  const { standing, tied, tiedSeats, elected, final } = outcome
  if (standing !== 'tied' || !final) throw new NoSuchLot('there is no tie')
  if (lot.some((j) => !tied.includes(j)))
    throw new NoSuchLot('the lot chooses an option that is not among the tied')
  if (new Set(lot).size !== lot.length) throw new NoSuchLot('the lot chooses an option twice')
  if (lot.length !== tiedSeats)
    throw new NoSuchLot(`the lot chooses ${lot.length} of the tied for ${tiedSeats} of the seats`)
  return {
    ...outcome,
    standing: 'elected',
    elected: [...elected, ...lot],
    ...{ byLot: lot, tied: [], tiedSeats: 0 },
  }
}

/** Whether every way of marking the ballots still outstanding leaves the same result. */
function isDecided(rules: OutcomeRules, count: OutcomeCount, outcome: Omit<Outcome, 'decided'>): boolean {
  if (outcome.outstanding === 0) return true
  const { quorum, standing, elected, vacant } = outcome
  if (quorum !== null && quorumCanTurn(rules, count, isMet(quorum))) return false
  switch (standing) {
    case 'quorum-missed':
      return true
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

/**
 * Whether enough take part, or no longer: most so where all outstanding ballots are marked alike,
 * or not cast.
 */
function quorumCanTurn(
  { quorum, votesAllowed, noneOfThese }: OutcomeRules,
  count: OutcomeCount,
  now: boolean,
) {
  const left = count.outstanding
  return [0, 1, Math.min(votesAllowed, noneOfThese.length)].some((marks) => {
    const has = quorum!.counting === 'ballots' || marks > 0 ? left : 0
    const more = { given: left * marks, ballots: left, eligible: 0, has }
    return isMet(quorumOf(quorum!, count, more)) !== now
  })
}

/**
 * Whether an option keeps what it needs where it gets none of the outstanding votes, and the others
 * all.
 */
function staysIn(
  { threshold, votesAllowed, noneOfThese }: OutcomeRules,
  count: OutcomeCount,
  j: number,
): boolean {
  if (threshold === null) return true
  const left = count.outstanding
  const given = left * Math.min(votesAllowed, noneOfThese.length - 1)
  return isMet(requirementOf(threshold, plus(count, { given, ballots: left }), count.votes[j]!))
}

/**
 * Whether an option gets in, or level, where it gets a vote of every outstanding ballot and the
 * others none.
 * @param last the fewest votes of those who are in; null where a seat is vacant
 */
function comesIn({ threshold }: OutcomeRules, count: OutcomeCount, j: number, last: number | null): boolean {
  const left = count.outstanding
  const votes = count.votes[j]! + left
  if (last !== null && votes < last) return false
  return (
    threshold === null || isMet(requirementOf(threshold, plus(count, { given: left, ballots: left }), votes))
  )
}
