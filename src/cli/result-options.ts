/** What commands that print a result share: the option of its language, and their warnings. */
import type { ResultReader } from '../core/tally/result-reader.ts'
import type { ShownCount } from '../organise/shown-recount.ts'

export const LANGUAGE_HELP = 'the language of names and words (default: the election’s first)'

/** Prints warnings about the result to stderr, so that the result itself stays clean. */
export function warnOf({ certificationIgnored: why }: ShownCount, { language, wordsIn }: ResultReader): void {
  if (why !== null)
    console.error(`elections: the log’s certification is ignored: ${why}. "elections verify" has the details`)
  const note = wordsNote(language, wordsIn)
  if (note !== null) console.error(`elections: ${note}`)
}

/** @returns null if the words are in the same language as the names */
export function wordsNote(language: string, wordsIn: string): string | null {
  if (language.split('-', 1)[0]!.toLowerCase() === wordsIn) return null
  return `names are in "${language}"; other words are in English, because there is no translation`
}
