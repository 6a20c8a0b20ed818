/** What a contest comes to, in English sentences for terminal and files. Pure. */
import type { Contest } from '../election/definition.ts'
import { type CountedContest, type CountState, contestOutcome, rulesOf } from './contest-outcome.ts'
import type { Outcome } from './outcome.ts'
import { outcomeSentences } from './outcome-words.ts'
import { plainFormats } from './plain-formats.ts'
import { en } from './words/en.ts'

/** @param outcome where a lot has decided it; worked out from the count if left out */
export function saidOf(
  contest: Contest,
  counted: CountedContest,
  state: CountState,
  outcome: Outcome = contestOutcome(rulesOf(contest), counted, state),
): readonly string[] {
  const told = {
    rules: rulesOf(contest),
    names: contest.options.map(({ name }) => name),
    votes: counted.options.map(({ votes }) => votes),
  }
  const { result, change } = outcomeSentences(told, outcome, en, plainFormats('en'))
  return change === null ? result : [...result, change]
}
