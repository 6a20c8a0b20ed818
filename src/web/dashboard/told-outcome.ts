/** Who has won a contest of a snapshot, or how it stands, and that in words. Pure. */
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { outcomeWithLot } from '../../core/tally/contest-outcome.ts'
import type { Outcome, OutcomeRules } from '../../core/tally/outcome.ts'
import { type OutcomeSentences, outcomeSentences } from '../../core/tally/outcome-words.ts'
import type { Formats } from '../shared/format.ts'
import { isolate } from '../shared/isolate.ts'
import type { Strings } from './strings/en.ts'

/** What a snapshot tells of its count. */
export type CountTold = Pick<ResultsSnapshot, 'phase' | 'held' | 'log'>

function rulesOf({
  seats,
  votes_allowed,
  measure,
  threshold,
  quorum,
  options,
}: ContestSnapshot): OutcomeRules {
  const noneOfThese = options.map((option) => option.none_of_these === true)
  return { seats: measure ? 1 : seats, votesAllowed: votes_allowed, measure, threshold, quorum, noneOfThese }
}

export function outcomeIn(contest: ContestSnapshot, { phase, held, log }: CountTold): Outcome {
  const state = { phase, held: held ?? 0, eligible: contest.eligible }
  const lot = log?.lots?.[contest.id]?.map((id) => contest.options.findIndex((option) => option.id === id))
  return outcomeWithLot(rulesOf(contest), contest, state, lot)
}

export function outcomeSaid(
  contest: ContestSnapshot,
  outcome: Outcome,
  t: Strings,
  f: Formats,
): OutcomeSentences {
  const told = {
    rules: rulesOf(contest),
    names: contest.options.map(({ name }) => name),
    votes: contest.options.map(({ votes }) => votes),
  }
  return outcomeSentences(told, outcome, t.outcome, { ...f, name: isolate })
}
