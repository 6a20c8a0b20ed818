/**
 * The booth's language: which one, its words (`t`) and formats (`f`). One dictionary is loaded, the
 * chosen one.
 */

import { recall, remember } from '../shared/remembered.ts'
import { type Formats, formatsFor } from './formats.ts'
import type { Strings } from './strings/en.ts'

const DICTIONARIES = {
  en: { name: 'English', load: () => import('./strings/en.ts') },
  es: { name: 'Español', load: () => import('./strings/es.ts') },
  ar: { name: 'العربية', load: () => import('./strings/ar.ts') },
}
export type Language = keyof typeof DICTIONARIES

export const LANGUAGES = Object.entries(DICTIONARIES).map(([language, { name }]) => ({
  language: language as Language,
  name,
}))

/** Live bindings: whoever imports them has the language of the last `speak`. */
export let t: Strings
export let f: Formats

/** The words of a part that has its own, in the language of the last `speak`. */
export const of = <W>(words: Readonly<Record<Language, W>>): W => words[t.lang as Language]

let chosen = recall('language')

/** Best first: the one chosen here, then the browser's. */
export const wantedLanguages = () => [chosen ?? '', ...navigator.languages]

/**
 * In the first of the languages wanted that there is, else in English. Rejects where the dictionary
 * cannot be fetched; then the language is the one it was.
 */
export async function speak(wanted = wantedLanguages()): Promise<void> {
  const tags = wanted.map((tag) => tag.split('-')[0]!)
  const language = (tags.find((tag) => Object.hasOwn(DICTIONARIES, tag)) ?? 'en') as Language
  const { strings } = await DICTIONARIES[language].load()
  t = strings
  // The reader's own variety of the language, for numbers and times as they write them.
  const locale = navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language
  f = formatsFor(locale)
  const page = document.documentElement
  page.lang = strings.lang
  page.dir = strings.dir
}

/** @param language a tag; the ballot may have languages that the booth itself does not speak */
export async function choose(language: string): Promise<void> {
  await speak([language, ...wantedLanguages()])
  chosen = language
  remember('language', language)
}
