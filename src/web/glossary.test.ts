/** The dictionaries of the pages and the letters use the terms of docs/glossary.md. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { words as letterAr } from '../core/letter/words/ar.ts'
import { words as letterEn } from '../core/letter/words/en.ts'
import { words as letterEs } from '../core/letter/words/es.ts'
import { KEY_ENTRY_STRINGS } from './booth/key-entry-strings.ts'
import { RECEIPT_STRINGS } from './booth/receipt-strings.ts'
import { RICH_STRINGS } from './booth/rich-strings.ts'
import { strings as boothAr } from './booth/strings/ar.ts'
import { strings as boothEn } from './booth/strings/en.ts'
import { strings as boothEs } from './booth/strings/es.ts'
import { ar as dashboardAr } from './dashboard/strings/ar.ts'
import { en as dashboardEn } from './dashboard/strings/en.ts'
import { es as dashboardEs } from './dashboard/strings/es.ts'
import { ar as verifierAr } from './verifier/strings/ar.ts'
import { en as verifierEn } from './verifier/strings/en.ts'
import { es as verifierEs } from './verifier/strings/es.ts'

type Dictionary = Readonly<Record<'en' | 'es' | 'ar', object>>

const DICTIONARIES: Readonly<Record<string, Dictionary>> = {
  booth: { en: boothEn, es: boothEs, ar: boothAr },
  keyEntry: KEY_ENTRY_STRINGS,
  receipt: RECEIPT_STRINGS,
  rich: RICH_STRINGS,
  dashboard: { en: dashboardEn, es: dashboardEs, ar: dashboardAr },
  verifier: { en: verifierEn, es: verifierEs, ar: verifierAr },
  letter: { en: letterEn, es: letterEs, ar: letterAr },
}

/** Messages whose natural translation leaves the term out, as `term: language dictionary.path`. */
const IDIOMS: readonly string[] = [
  ...['reviewHint', 'cast', 'castingTitle'].map((key) => `ballot: ar booth.${key}`),
  'cast: es dashboard.blankHint',
  ...['cast', 'blankHint', 'castShort', 'announceTurnout'].map((key) => `cast: ar dashboard.${key}`),
]

interface Term {
  /** The forms of the English word. */
  readonly english: readonly string[]
  readonly es: readonly string[]
  readonly ar: readonly string[]
}

const ROW = /^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

function glossary(): readonly Term[] {
  const rows = [...read('docs/glossary.md').matchAll(ROW)].filter(([, term]) => !/^(term|-+)$/.test(term!))
  const forms = (cell: string): string[] => cell.split(', ')
  return rows.map(([, english, , es, ar]) => ({
    ...{ english: forms(english!), es: forms(es!).map(bare), ar: forms(ar!).map(bare) },
  }))
}

/** The text in lower case and without accents and vowel marks, which depend on the sentence. */
const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Every message of a dictionary by its path; a message that is a function gets threes. */
function messages(dictionary: object, path: string, all = new Map<string, string>()): Map<string, string> {
  for (const [key, message] of Object.entries(dictionary)) {
    const here = `${path}.${key}`
    if (typeof message === 'object' && message !== null) messages(message, here, all)
    else if (typeof message === 'function') {
      // A figure that is used as a word prints itself.
      const three = Object.assign(new String('3'), { value: 3, text: '3' })
      all.set(here, sample(message as (...all: unknown[]) => unknown, three))
    } else all.set(here, String(message))
  }
  return all
}

/** Empty if the message needs other arguments than words and figures. */
function sample(message: (...all: unknown[]) => unknown, three: unknown): string {
  try {
    return String(message(...Array(6).fill(three)))
  } catch {
    return ''
  }
}

/** Without quotations and names: commands, files and buttons keep their own words. */
const withoutNames = (text: string): string => text.replace(/“[^”]*”|Digital Elections/g, '')

function isIn(english: string, { english: forms }: Term): boolean {
  const word = `(?<![\\p{L}-])(${forms.join('|')})(s|es)?(?![\\p{L}-])`
  return new RegExp(word, 'iu').test(withoutNames(english))
}

/** Calls `found` for every message whose English uses a term. */
function eachUse(found: (use: string, isTranslatedSo: boolean, text: string) => void): void {
  for (const term of glossary())
    for (const [name, dictionary] of Object.entries(DICTIONARIES))
      for (const language of ['es', 'ar'] as const) {
        const translated = messages(dictionary[language], name)
        for (const [path, english] of messages(dictionary.en, name)) {
          if (!isIn(english, term)) continue
          const text = bare(translated.get(path)!)
          const isSo = term[language].some((form) => text.includes(form))
          found(`${term.english[0]}: ${language} ${path}`, isSo, translated.get(path)!)
        }
      }
}

test('every dictionary translates the terms as the glossary does', () => {
  let uses = 0
  const wrong: string[] = []
  eachUse((use, isTranslatedSo, text) => {
    uses++
    if (isTranslatedSo === IDIOMS.includes(use)) wrong.push(`${use}: ${text}`)
  })
  assert.deepEqual(wrong, [])
  assert.ok(uses > 900, `${uses} uses`)
})

test('the glossary has every word of CONTRIBUTING section 5, and each once', () => {
  const [, section] = read('CONTRIBUTING.md').split('## 5. Words')
  const table = section!.split('## 6.')[0]!
  const words = [...table.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)].flatMap(([, cell]) => cell!.split(', '))
  const terms = glossary().flatMap(({ english }) => english)
  assert.ok(words.includes('ballot style'))
  for (const word of words.filter((each) => each !== 'word')) assert.ok(terms.includes(word), word)
  assert.equal(new Set(terms).size, terms.length)
})
