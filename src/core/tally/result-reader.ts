/**
 * Who reads a result outside the pages: texts, sentences and numbers in one language of the
 * election. Pure.
 */
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
/** Languages that there are words in. */
export const WORDS_LANGUAGES = Object.keys(OUTCOME_WORDS) as readonly WordsLanguage[]

export interface ResultReader {
  /** A language of the election's texts. */
  readonly language: string
  /** That of the words: English where there are none in `language`. */
  readonly wordsIn: WordsLanguage
  readonly outcome: OutcomeWords
  readonly file: FileWords
  readonly formats: WordFormats
  /** The election's text for this reader. */
  readonly inLanguage: (text: Text) => string
}

/** @param language a tag; the election's first, or English, if left out */
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
 * The election's language that is asked for, or one of the same primary tag ("es-MX" finds "es").
 * An election that names none has its texts once: every language that there are words in.
 * @returns undefined where it has none such
 */
export function languageAsked({ languages }: Pick<Election, 'languages'>, asked: string): string | undefined {
  const all = languages.length === 0 ? WORDS_LANGUAGES : languages
  const wanted = asked.toLowerCase()
  return (
    all.find((tag) => tag.toLowerCase() === wanted) ?? all.find((tag) => primaryOf(tag) === primaryOf(asked))
  )
}

const primaryOf = (tag: string) => tag.split('-', 1)[0]!.toLowerCase()
