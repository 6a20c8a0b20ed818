/** The outcome of a contest as sentences for the terminal and files. */
import type { Contest } from '../election/definition.ts'
import { type CountedContest, rulesOf } from './contest-outcome.ts'
import type { Outcome } from './outcome.ts'
import { outcomeSentences } from './outcome-words.ts'
import type { ResultReader } from './result-reader.ts'

/**
 * Describes the outcome of a contest in the reader's language.
 * @returns the sentences, in order
 */
export function saidOf(
  contest: Contest,
  counted: Pick<CountedContest, 'options'>,
  outcome: Outcome,
  { inLanguage, outcome: words, formats }: ResultReader,
): readonly string[] {
  const of = {
    rules: rulesOf(contest),
    names: contest.options.map(({ names }) => inLanguage(names)),
    votes: counted.options.map(({ votes }) => votes),
  }
  const { result, change } = outcomeSentences(of, outcome, words, formats)
  return change === null ? result : [...result, change]
}
