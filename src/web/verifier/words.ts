/**
 * The page's language: its words (`t`) and formats (`f`). The page loads the reader's dictionary
 * first and the others right after it, so that it loads nothing later.
 */
import { type Formats, formatsFor } from '../shared/format.ts'
import { recall, remember } from '../shared/remembered.ts'
import type { Strings } from './strings/en.ts'

const DICTIONARIES = {
  en: async (): Promise<Strings> => (await import('./strings/en.ts')).en,
  es: async (): Promise<Strings> => (await import('./strings/es.ts')).es,
  ar: async (): Promise<Strings> => (await import('./strings/ar.ts')).ar,
}
export type Language = keyof typeof DICTIONARIES

export const LANGUAGES: readonly { readonly language: Language; readonly name: string }[] = [
  { language: 'en', name: 'English' },
  { language: 'es', name: 'Español' },
  { language: 'ar', name: 'العربية' },
]

/**
 * The booth stores the reader's choice under the same name, because booth and verifier have the
 * same reader.
 */
const CHOSEN = 'language'

/** Live bindings: modules that import them see the language of the last `speak`. */
export let t: Strings
export let f: VerifierFormats

/**
 * The language chosen here before, else the first of the browser's languages that has a dictionary,
 * else English.
 */
export function ownLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang')
  const wanted = [asked ?? '', recall(CHOSEN) ?? '', ...navigator.languages].map((tag) => tag.split('-')[0]!)
  return (wanted.find((language) => Object.hasOwn(DICTIONARIES, language)) ?? 'en') as Language
}

/** Rejects if the dictionary cannot be loaded; then the language stays the same. */
export async function speak(language: Language): Promise<void> {
  t = await DICTIONARIES[language]()
  const locale = navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language
  f = allFormatsFor(locale)
  const page = document.documentElement
  page.lang = t.lang
  page.dir = t.dir
  document.title = t.title
}

export async function choose(language: Language): Promise<void> {
  await speak(language)
  remember(CHOSEN, language)
}

/** Loads the other dictionaries, so that the page works without a network. */
export function fetchOthers(): void {
  for (const load of Object.values(DICTIONARIES)) load().catch(() => {})
}

interface VerifierFormats extends Formats {
  readonly size: (bytes: number) => string
  readonly seconds: (seconds: number) => string
}

function allFormatsFor(locale: string): VerifierFormats {
  const seconds = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  return { ...formatsFor(locale), size: sizesFor(locale), seconds: (s) => seconds.format(s) }
}

function sizesFor(locale: string): (bytes: number) => string {
  const in_ = (unit: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, maximumSignificantDigits: 2 })
  const [kilobytes, megabytes] = [in_('kilobyte'), in_('megabyte')]
  return (bytes) => (bytes < 1e6 ? kilobytes.format(Math.max(1, bytes / 1e3)) : megabytes.format(bytes / 1e6))
}
