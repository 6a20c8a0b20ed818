/** Who has won a contest of a snapshot, or how it stands, and that in words. Pure. */
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { contestOutcome } from '../../core/tally/contest-outcome.ts'
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
  const rules = rulesOf(contest)
  const drawn = log?.lots?.[contest.id]?.map((id) => contest.options.findIndex((option) => option.id === id))
  // What a lot has chosen is of the certified count, and this page may be of another moment.
  const before = contestOutcome(rules, contest, state)
  return drawn && before.final && before.tied.length > 0
    ? contestOutcome(rules, contest, state, drawn)
    : before
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
