/** The outcome of a contest of an election, computed from a result document or a snapshot. */
import type { Contest } from '../election/definition.ts'
import type { Phase } from '../election/phase.ts'
import { NoSuchLot, type Outcome, type OutcomeRules, outcomeOf } from './outcome.ts'

/** The count of a contest so far. */
export interface CountedContest {
  readonly ballots: number
  readonly blank: number
  readonly options: readonly { readonly votes: number }[]
}

/** The state of the count. */
export interface CountState {
  readonly phase: Phase
  /** Ballots cast in the election and not counted yet. */
  readonly held: number
  /** Keys issued in the districts that vote in the contest. */
  readonly eligible: number
}

/** Options chosen by lot among equal votes, by their ids, for each contest id. */
export type Lots = ReadonlyMap<string, readonly string[]>

export const NO_LOTS: Lots = new Map()

/** @returns the rules of a contest in the form of outcome.ts (docs/protocol.md, "Outcome") */
export function rulesOf(
  contest: Pick<Contest, 'seats' | 'votes' | 'measure' | 'threshold' | 'quorum' | 'options'>,
): OutcomeRules {
  const { seats, votes, measure, threshold, quorum, options } = contest
  const noneOfThese = options.map((option) => option.noneOfThese)
  return { seats: measure ? 1 : seats, votesAllowed: votes, measure, threshold, quorum, noneOfThese }
}

/**
 * @param issued keys issued per district of the election
 * @returns keys issued in the districts that vote in the contest
 */
export function eligibleIn({ districts }: Pick<Contest, 'districts'>, issued: ArrayLike<number>): number {
  let sum = 0
  for (let d = 0; d < issued.length; d++) if (districts === null || districts.has(d)) sum += issued[d]!
  return sum
}

/**
 * Computes the outcome from the published count (docs/protocol.md, "Outcome"). Of held ballots only
 * their number is used.
 * @param lot options chosen by lot, by index
 * @throws {NoSuchLot} if there is no such tie
 */
export function contestOutcome(
  rules: OutcomeRules,
  { ballots, blank, options }: CountedContest,
  { phase, held, eligible }: CountState,
  lot: readonly number[] = [],
): Outcome {
  const uncast = Math.max(0, eligible - ballots)
  return outcomeOf(
    rules,
    {
      ...{ votes: options.map(({ votes }) => votes), ballots, blank, eligible },
      // After voting, held ballots are the only ones still to come, so the contest cannot get more
      // than these.
      outstanding: phase === 'closed' ? Math.min(held, uncast) : uncast,
      final: phase === 'closed' && held === 0,
    },
    lot,
  )
}

/**
 * Computes the outcome with the recorded lot, if it fits the tie in the count. A lot belongs to the
 * certified count; with another count, such as an earlier one, it is ignored.
 * @param lot options chosen by lot, by index; -1 for an option that does not exist
 */
export function outcomeWithLot(
  rules: OutcomeRules,
  counted: CountedContest,
  state: CountState,
  lot: readonly number[] = [],
): Outcome {
  try {
    return contestOutcome(rules, counted, state, lot)
  } catch (error) {
    if (!(error instanceof NoSuchLot)) throw error
    return contestOutcome(rules, counted, state)
  }
}

/**
 * Does the same for a contest of an election.
 * @param at the state of the count, with keys issued per district
 */
export function outcomeIn(
  contest: Contest,
  counted: CountedContest,
  at: Pick<CountState, 'phase' | 'held'> & { readonly eligible: ArrayLike<number>; readonly lots: Lots },
): Outcome {
  const lot = at.lots.get(contest.id)?.map((id) => contest.options.findIndex((option) => option.id === id))
  const { phase, held } = at
  return outcomeWithLot(
    rulesOf(contest),
    counted,
    { phase, held, eligible: eligibleIn(contest, at.eligible) },
    lot,
  )
}
