/** What a contest comes to, in sentences for terminal and files. Pure. */
import type { Contest } from '../election/definition.ts'
import { type CountedContest, rulesOf } from './contest-outcome.ts'
import type { Outcome } from './outcome.ts'
import { outcomeSentences } from './outcome-words.ts'
import type { ResultReader } from './result-reader.ts'

export function saidOf(
  contest: Contest,
  counted: Pick<CountedContest, 'options'>,
  outcome: Outcome,
  { inLanguage: told, outcome: words, formats }: ResultReader,
): readonly string[] {
  const of = {
    rules: rulesOf(contest),
    names: contest.options.map(({ names }) => told(names)),
    votes: counted.options.map(({ votes }) => votes),
  }
  const { result, change } = outcomeSentences(of, outcome, words, formats)
  return change === null ? result : [...result, change]
}
