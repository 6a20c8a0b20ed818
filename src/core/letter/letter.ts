/**
 * What a letter to a voter says, before it is HTML or PDF: texts in their places, a page for each
 * of the election's languages or for the voter's alone. Pure but for the names of months and days,
 * which are Intl's.
 */
import type { Contest, Election } from '../election/definition.ts'
import { keyCode } from '../election/key-code.ts'
import { keyFragment } from '../election/key-link.ts'
import { nearestLanguage, textFor } from '../election/text.ts'
import { words as ar } from './words/ar.ts'
import { words as de } from './words/de.ts'
import { words as en, type LetterWords } from './words/en.ts'
import { words as es } from './words/es.ts'
import { words as fr } from './words/fr.ts'

/** What all letters of an election have in common. */
export interface LetterElection {
  readonly election: Election
  /** Minutes east of UTC, in which the opening and the end are told. */
  readonly offsets: { readonly opens: number; readonly closes: number }
  /** The booth's address, without a fragment. */
  readonly booth: string
  /** The key of the public log, a C2SP verifier key; null where there is none yet. */
  readonly logKey: string | null
  /** The organiser's own paragraphs, by language tag; "" is for every language without its own. */
  readonly ownWords: ReadonlyMap<string, readonly string[]>
}

/** Whom a letter is for; texts are empty where the roll has none. */
export interface Recipient {
  readonly personalId: string
  readonly guid: string
  /** Index into the election's districts. */
  readonly district: number
  readonly name: string
  /** Below the name, a line each. */
  readonly address: readonly string[]
  readonly language: string
}

export interface LetterPage {
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly words: LetterWords
  readonly organiser: string
  readonly title: string
  readonly simulated: boolean
  readonly ownWords: readonly string[]
  /** What is to be known, a label and a text each. */
  readonly facts: readonly (readonly [label: string, text: string])[]
  /** What is voted on; the first of it where that is much. */
  readonly contests: readonly string[]
  readonly contact: readonly string[]
}

export interface Letter {
  /** Lines for the window; none where the roll has neither name nor address. */
  readonly recipient: readonly string[]
  readonly voterId: string
  readonly keyCode: string
  readonly booth: string
  /** The booth's address with the key behind it. */
  readonly link: string
  readonly logKey: string | null
  /**
   * The page that checks the public log, with that key in the link; null where there is no key yet.
   */
  readonly check: { readonly address: string; readonly link: string } | null
  readonly pages: readonly LetterPage[]
}

const WORDS: Readonly<Record<string, LetterWords>> = { en, es, de, fr, ar }
const LANGUAGES = Object.keys(WORDS)
/** Contests that are named in a letter. */
const MOST_CONTESTS = 5

/** Languages of the election that letters have no words in; theirs are English. */
export function languagesWithoutWords({ languages }: Election): readonly string[] {
  return languages.filter((tag) => !LANGUAGES.includes(tag.split('-')[0]!.toLowerCase()))
}

/** Makes letters; pages without names are made once for each district and language, and shared. */
export function letterMaker(common: LetterElection): (to: Recipient) => Letter {
  const pages = new Map<string, LetterPage>()
  const check = checkOf(common)
  const pageFor = (language: string, district: number): LetterPage => {
    const key = `${language} ${district}`
    const known = pages.get(key)
    if (known !== undefined) return known
    const page = letterPage(common, language, district)
    if (pages.size < MOST_PAGES_KEPT) pages.set(key, page)
    return page
  }
  return ({ personalId, guid, district, name, address, language }) => ({
    recipient: [name, ...address].filter((line) => line !== ''),
    voterId: personalId,
    keyCode: keyCode({ personalId, guid }),
    booth: common.booth,
    link: common.booth + keyFragment({ personalId, guid }),
    logKey: common.logKey,
    check,
    pages: languagesOf(common.election, language).map((tag) => pageFor(tag, district)),
  })
}

/**
 * A verdict by this link is green: its key comes from the organiser, on paper, and not from the
 * log's own server.
 */
function checkOf({ booth, logKey }: LetterElection): Letter['check'] {
  if (logKey === null) return null
  const address = `${booth.replace(/\/$/, '')}/verify`
  return { address, link: `${address}#key=${encodeURIComponent(logKey)}` }
}

const MOST_PAGES_KEPT = 10_000

/** The voter's language where the election has it, else all of the election's. */
function languagesOf({ languages }: Election, wanted: string): readonly string[] {
  if (languages.length === 0) return [LANGUAGES.includes(wanted) ? wanted : 'en']
  const primary = (tag: string): string => tag.split('-')[0]!.toLowerCase()
  const near = wanted === '' ? undefined : nearestLanguage(wanted, languages)
  return near !== undefined && primary(near) === primary(wanted) ? [near] : languages
}

function letterPage(
  { election, offsets, ownWords }: LetterElection,
  lang: string,
  district: number,
): LetterPage {
  const order = election.languages
  const words = WORDS[lang.split('-')[0]!.toLowerCase()] ?? en
  const carried = election.contests.filter(({ districts }) => districts === null || districts.has(district))
  return {
    lang,
    dir: words.dir,
    words,
    organiser: election.organiser === null ? '' : textFor(election.organiser.name, lang, order),
    title: textFor(election.titles, lang, order),
    simulated: election.simulated,
    ownWords: ownWords.get(lang) ?? ownWords.get('') ?? [],
    facts: [
      [words.opens, moment(election.opensAtMs, offsets.opens, lang, words)],
      [words.ends, moment(election.closesAtMs, offsets.closes, lang, words)],
      ...(election.districts.length > 1
        ? [[words.district, textFor(election.districts[district]!.names, lang, order)] as const]
        : []),
    ],
    contests: contestsInWords(carried, lang, order, words),
    contact: contactOf(election),
  }
}

function contestsInWords(
  contests: readonly Contest[],
  lang: string,
  order: readonly string[],
  words: LetterWords,
): readonly string[] {
  const titles = contests.map(({ titles }) => textFor(titles, lang, order))
  if (titles.length <= MOST_CONTESTS + 1) return titles
  return [...titles.slice(0, MOST_CONTESTS), words.more(titles.length - MOST_CONTESTS)]
}

function contactOf({ contact }: Election): readonly string[] {
  return [contact?.phone, contact?.email, contact?.url].filter((text) => text !== undefined)
}

/**
 * A day with its name and a time with its offset from UTC: nobody has to know which zone is meant.
 */
function moment(ms: number, offset: number, lang: string, words: LetterWords): string {
  const zone = offset === 0 ? 'UTC' : offsetText(offset)
  const form = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(lang, { timeZone: zone, ...options }).format(ms)
  const day = form({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' })
  const time = form({ hour: 'numeric', minute: '2-digit' })
  const shown = offset === 0 ? 'UTC' : `UTC${zone.replace('-', '\u2212')}`
  // Kept together from left to right, also in a text that runs the other way.
  return `${words.at(day, time)} (\u2066${shown}\u2069)`
}

function offsetText(minutes: number): string {
  const all = Math.abs(minutes)
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(all / 60))}:${two(all % 60)}`
}
