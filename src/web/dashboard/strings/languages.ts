/**
 * The languages of the results pages, and which of them a reader gets. English is at hand, the
 * others are fetched.
 */
import { en, type Strings } from './en.ts'

interface Language {
  /** BCP 47. */
  readonly tag: string
  /** Its own name for itself. */
  readonly name: string
  readonly load: () => Promise<Strings>
}

export const LANGUAGES: readonly Language[] = [
  { tag: 'en', name: 'English', load: async () => en },
  { tag: 'es', name: 'Español', load: async () => (await import('./es.ts')).es },
  { tag: 'ar', name: 'العربية', load: async () => (await import('./ar.ts')).ar },
]

/**
 * The first of the reader's languages (BCP 47 tags, best first) there is a dictionary for; else
 * English.
 */
export async function stringsFor(preferred: readonly string[]): Promise<Strings> {
  for (const wanted of preferred) {
    const language = LANGUAGES.find(({ tag }) => tag === wanted.toLowerCase().split('-')[0])
    if (language === undefined) continue
    // A dictionary that does not arrive must not keep the count from anybody.
    return language.load().catch(() => en)
  }
  return en
}

/**
 * The reader's own variety of the page's language (en-GB, en-IN …), for numbers that match the
 * words around them.
 */
export function localeFor(strings: Strings, preferred: readonly string[]): string {
  const own = preferred.find((tag) => tag.toLowerCase().split('-')[0] === strings.lang)
  return own ?? strings.lang
}
