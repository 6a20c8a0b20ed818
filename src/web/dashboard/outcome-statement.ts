/** The outcome of a contest in a snapshot, or its present standing, as data and as sentences. */
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { outcomeWithLot } from '../../core/tally/contest-outcome.ts'
import type { Outcome, OutcomeRules } from '../../core/tally/outcome.ts'
import { type OutcomeSentences, outcomeSentences } from '../../core/tally/outcome-words.ts'
import type { Formats } from '../shared/format.ts'
import { isolate } from '../shared/isolate.ts'
import type { Strings } from './strings/en.ts'

/** The facts of a snapshot about its count. */
export type CountStatement = Pick<ResultsSnapshot, 'phase' | 'held' | 'log'>

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

export function outcomeIn(contest: ContestSnapshot, { phase, held, log }: CountStatement): Outcome {
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
  const counted = {
    rules: rulesOf(contest),
    names: contest.options.map(({ name }) => name),
    votes: contest.options.map(({ votes }) => votes),
  }
  return outcomeSentences(counted, outcome, t.outcome, { ...f, name: isolate })
}

export type RowWord = 'elected' | 'passed' | 'leads' | 'tied'

/** Returns the word beside an option's name, such as "elected"; null if the option has none. */
export function wordOfRow({ standing, final, elected, tied }: Outcome, index: number): RowWord | null {
  if (tied.includes(index)) return 'tied'
  if (!elected.includes(index)) return null
  if (!final) return 'leads'
  return standing === 'passed' ? 'passed' : 'elected'
}

/**
 * Returns the number of rows after which the last seat is filled: a line below it divides the
 * elected from the others. Null if there is one seat, or if no line divides them, as after a lot
 * among equals.
 */
export function lastSeatAfter(
  ranked: readonly { readonly index: number; readonly option: { readonly none_of_these?: true } }[],
  { elected, tied }: Outcome,
): number | null {
  if (elected.length < 2 || tied.length > 0) return null
  let left = elected.length
  for (const [place, { index, option }] of ranked.entries()) {
    if (elected.includes(index)) left--
    else if (option.none_of_these !== true) return null
    if (left === 0) return place + 1
  }
  return null
}
