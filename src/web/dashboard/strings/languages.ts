/** The languages of the results pages, and which of them a reader gets. English is at hand, the others are fetched. */
import { en, type Strings } from './en.ts'

const LANGUAGES: Readonly<Record<string, () => Promise<Strings>>> = {
  en: async () => en,
  es: async () => (await import('./es.ts')).es,
  ar: async () => (await import('./ar.ts')).ar,
}

/** The first of the reader's languages (BCP 47 tags, best first) there is a dictionary for; else English. */
export async function stringsFor(preferred: readonly string[]): Promise<Strings> {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0]!
    if (!Object.hasOwn(LANGUAGES, language)) continue
    // A dictionary that does not arrive must not keep the count from anybody.
    return LANGUAGES[language]!().catch(() => en)
  }
  return en
}

/** The reader's own variety of the page's language (en-GB, en-IN …), for numbers that match the words around them. */
export function localeFor(strings: Strings, preferred: readonly string[]): string {
  const own = preferred.find((tag) => tag.toLowerCase().split('-')[0] === strings.lang)
  return own ?? strings.lang
}
