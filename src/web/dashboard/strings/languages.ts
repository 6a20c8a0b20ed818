/**
 * The languages of the results pages, and the choice of one for a reader. English comes with the
 * page; the others are loaded.
 */
import { en, type Strings } from './en.ts'

interface Language {
  /** BCP 47. */
  readonly tag: string
  /** The language's own name. */
  readonly name: string
  readonly load: () => Promise<Strings>
}

export const LANGUAGES: readonly Language[] = [
  { tag: 'en', name: 'English', load: async () => en },
  { tag: 'es', name: 'Español', load: async () => (await import('./es.ts')).es },
  { tag: 'ar', name: 'العربية', load: async () => (await import('./ar.ts')).ar },
]

/**
 * Returns the dictionary of the first of the reader's languages (BCP 47 tags, best first) that has
 * one; else English.
 */
export async function stringsFor(preferred: readonly string[]): Promise<Strings> {
  for (const wanted of preferred) {
    const language = LANGUAGES.find(({ tag }) => tag === wanted.toLowerCase().split('-')[0])
    if (language === undefined) continue
    // The page shows the count in English if a dictionary fails to load.
    return language.load().catch(() => en)
  }
  return en
}

/**
 * Returns the reader's own variety of the page's language (en-GB, en-IN …), so that numbers match
 * the words around them.
 */
export function localeFor(strings: Strings, preferred: readonly string[]): string {
  const own = preferred.find((tag) => tag.toLowerCase().split('-')[0] === strings.lang)
  return own ?? strings.lang
}
