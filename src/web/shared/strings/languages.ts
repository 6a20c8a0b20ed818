/** The languages the pages speak, and which of them a reader gets. */
import { en, type Strings } from './en.ts'

const LANGUAGES: Readonly<Record<string, Strings>> = { en }

/** The first of the reader's languages (BCP 47 tags, best first) there is a dictionary for; else English. */
export function stringsFor(preferred: readonly string[]): Strings {
  for (const tag of preferred) {
    const strings = LANGUAGES[tag.toLowerCase().split('-')[0]!]
    if (strings !== undefined) return strings
  }
  return en
}

/** The reader's own variety of the page's language (en-GB, en-IN …), for numbers that match the words around them. */
export function localeFor(strings: Strings, preferred: readonly string[]): string {
  const own = preferred.find((tag) => tag.toLowerCase().split('-')[0] === strings.lang)
  return own ?? strings.lang
}
