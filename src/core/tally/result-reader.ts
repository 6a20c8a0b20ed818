/** The language of a result outside the pages: its texts, sentences and numbers. */
import type { Election } from '../election/definition.ts'
import { type Text, textFor } from '../election/text.ts'
import type { OutcomeWords, WordFormats } from './outcome-words.ts'
import { plainFormats } from './plain-formats.ts'
import { ar } from './words/ar.ts'
import { en } from './words/en.ts'
import { es } from './words/es.ts'
import { FILE_WORDS, type FileWords } from './words/file-words.ts'

const OUTCOME_WORDS = { en, es, ar } as const
export type WordsLanguage = keyof typeof OUTCOME_WORDS
/** The languages with a dictionary. */
export const WORDS_LANGUAGES = Object.keys(OUTCOME_WORDS) as readonly WordsLanguage[]

export interface ResultReader {
  /** A language of the election's texts. */
  readonly language: string
  /** The language of the dictionary: English if `language` has none. */
  readonly wordsIn: WordsLanguage
  readonly outcome: OutcomeWords
  readonly file: FileWords
  readonly formats: WordFormats
  /** Returns the election's text in the reader's language. */
  readonly inLanguage: (text: Text) => string
}

/** @param language a language tag; the election's first language, or English, if left out */
export function resultReader(
  { languages }: Pick<Election, 'languages'>,
  language: string = languages[0] ?? 'en',
): ResultReader {
  const wordsIn = wordsFor(language)
  return {
    ...{ language, wordsIn, outcome: OUTCOME_WORDS[wordsIn], file: FILE_WORDS[wordsIn] },
    formats: plainFormats(wordsIn),
    inLanguage: (text) => textFor(text, language, languages),
  }
}

function wordsFor(language: string): WordsLanguage {
  const primary = primaryOf(language)
  return WORDS_LANGUAGES.find((tag) => tag === primary) ?? 'en'
}

/**
 * Finds the election's language for a request: the same tag, or one with the same primary tag
 * ("es-MX" finds "es"). An election that names no language has its texts once, and then every
 * language with a dictionary is allowed.
 * @returns undefined if there is no such language
 */
export function languageAsked({ languages }: Pick<Election, 'languages'>, asked: string): string | undefined {
  const all = languages.length === 0 ? WORDS_LANGUAGES : languages
  const wanted = asked.toLowerCase()
  return (
    all.find((tag) => tag.toLowerCase() === wanted) ?? all.find((tag) => primaryOf(tag) === primaryOf(asked))
  )
}

const primaryOf = (tag: string) => tag.split('-', 1)[0]!.toLowerCase()
