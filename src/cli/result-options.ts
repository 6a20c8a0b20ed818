/** What commands that tell a result have in common: its language, and what they say besides. */
import type { ResultReader } from '../core/tally/result-reader.ts'
import type { ShownCount } from '../organise/shown-recount.ts'

export const LANGUAGE_HELP = 'the language of names and words (default: the election’s first)'

/** Says what is not as it was asked for, beside the result and not in it. */
export function warnOf({ certificationIgnored: why }: ShownCount, { language, wordsIn }: ResultReader): void {
  if (why !== null)
    console.error(
      `elections: the certification beside the log is not gone by: ${why}. Look with "elections verify"`,
    )
  const note = wordsNote(language, wordsIn)
  if (note !== null) console.error(`elections: ${note}`)
}

/** @returns null where the words are in the language of the names */
export function wordsNote(language: string, wordsIn: string): string | null {
  if (language.split('-', 1)[0]!.toLowerCase() === wordsIn) return null
  return `names are in "${language}"; the other words are in English, for there are none in it`
}
