/** The outcome of a contest of an election, from a result document or a snapshot of it. Pure. */
import type { Contest } from '../election/definition.ts'
import type { Phase } from '../election/phase.ts'
import { NoSuchLot, type Outcome, type OutcomeRules, outcomeOf } from './outcome.ts'

/** A contest as it is counted so far. */
export interface CountedContest {
  readonly ballots: number
  readonly blank: number
  readonly options: readonly { readonly votes: number }[]
}

/** Where its count stands. */
export interface CountState {
  readonly phase: Phase
  /** Ballots cast in the election and not counted yet. */
  readonly held: number
  /** Keys issued where the contest is voted on. */
  readonly eligible: number
}

/** What lots have chosen among equal votes: ids of options by that of their contest. */
export type Lots = ReadonlyMap<string, readonly string[]>

export const NO_LOTS: Lots = new Map()

export function rulesOf(
  contest: Pick<Contest, 'seats' | 'votes' | 'measure' | 'threshold' | 'quorum' | 'options'>,
): OutcomeRules {
  const { seats, votes, measure, threshold, quorum, options } = contest
  const noneOfThese = options.map((option) => option.noneOfThese)
  return { seats: measure ? 1 : seats, votesAllowed: votes, measure, threshold, quorum, noneOfThese }
}

/** @param issued keys issued per district of the election */
export function eligibleIn({ districts }: Pick<Contest, 'districts'>, issued: ArrayLike<number>): number {
  let sum = 0
  for (let d = 0; d < issued.length; d++) if (districts === null || districts.has(d)) sum += issued[d]!
  return sum
}

/**
 * The outcome by what is told: of ballots held back nothing is supposed but how many they are.
 * @param lot options that a lot has chosen, by index
 * @throws {NoSuchLot} where there is no such tie
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
      // Where voting has ended, those held back are all that can come: of this contest no more than
      // of all.
      outstanding: phase === 'closed' ? Math.min(held, uncast) : uncast,
      final: phase === 'closed' && held === 0,
    },
    lot,
  )
}

/**
 * The outcome with a lot, where one is recorded for the tie that the count comes to. A lot is of
 * the certified count: of another one, such as that of a moment before, nothing is decided by it.
 * @param lot options that a lot has chosen, by index; -1 for one that is not there
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

/** The same for a contest of an election. @param issued keys issued per district */
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
