/**
 * The page's language: its words (`t`) and formats (`f`). The reader's dictionary comes first, the
 * others right after it: later nothing need be fetched.
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

/** The booth remembers the reader's choice under this name; it is one reader. */
const CHOSEN = 'language'

/** Live bindings: whoever imports them has the language of the last `speak`. */
export let t: Strings
export let f: VerifierFormats

/** The one chosen here before, else the first of the browser's that there is, else English. */
export function ownLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang')
  const wanted = [asked ?? '', recall(CHOSEN) ?? '', ...navigator.languages].map((tag) => tag.split('-')[0]!)
  return (wanted.find((language) => Object.hasOwn(DICTIONARIES, language)) ?? 'en') as Language
}

/** Rejects where the dictionary cannot be fetched; then the language is the one it was. */
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

/** For a page that goes on without a network. */
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
