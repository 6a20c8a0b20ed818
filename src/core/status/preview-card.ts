/**
 * How an election stands as a picture for link previews, 1200 × 630 pixels to be drawn elsewhere:
 * title, leading figures of the first contest, and whether they are official. Made of a snapshot,
 * which is all that may be told. Pure.
 */
import { nearestLanguage } from '../election/text.ts'
import type { ContestSnapshot, ResultsSnapshot } from './snapshot.ts'

export const CARD = { width: 1200, height: 630 } as const

interface Words {
  readonly notOpen: string
  readonly live: string
  readonly later: string
  readonly over: string
  readonly certified: string
  readonly voted: (cast: string, eligible: string) => string
  readonly more: (contests: string) => string
}

const WORDS: Readonly<Record<'en' | 'es' | 'ar', Words>> = {
  en: {
    ...{ notOpen: 'Voting has not begun', live: 'Live count, not official yet' },
    ...{
      later: 'Results after voting closes',
      over: 'Voting is over, not official yet',
      certified: 'Certified result',
    },
    voted: (cast, eligible) => `${cast} of ${eligible} have voted`,
    more: (contests) => `Other contests: ${contests}`,
  },
  es: {
    ...{ notOpen: 'La votación no ha empezado', live: 'Recuento en vivo, aún no oficial' },
    ...{ later: 'Resultados tras el cierre', over: 'Votación terminada, aún no oficial' },
    certified: 'Resultado certificado',
    voted: (cast, eligible) => `Han votado ${cast} de ${eligible}`,
    more: (contests) => `Otras votaciones: ${contests}`,
  },
  ar: {
    ...{ notOpen: 'لم يبدأ التصويت', live: 'عد مباشر، غير رسمي بعد', later: 'النتائج بعد انتهاء التصويت' },
    ...{ over: 'انتهى التصويت، النتيجة غير رسمية بعد', certified: 'نتيجة معتمدة' },
    voted: (cast, eligible) => `صوّت ${cast} من ${eligible}`,
    more: (contests) => `مسابقات أخرى: ${contests}`,
  },
}
const MOST_OPTIONS = 4
const MARGIN = 64
const INNER = CARD.width - 2 * MARGIN
const [INK, GREY, BAR, TRACK] = ['#14181f', '#4b5563', '#1f5fbf', '#e5e9f0']

/** A rectangle. Sizes are pixels, from the upper left corner. */
export interface CardBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly color: string
}

/** One line of text. */
export interface CardLine {
  readonly text: string
  /** Where it begins, or where it ends. */
  readonly x: number
  readonly anchor: 'start' | 'end'
  /** Its baseline. */
  readonly y: number
  readonly size: number
  readonly strong: boolean
  readonly color: string
  /** What it may take of the width; it is cut there. */
  readonly room: number
}

/** In the order in which they are drawn. */
export interface Card {
  readonly boxes: readonly CardBox[]
  readonly lines: readonly CardLine[]
}

/** @param where the address people open, without its scheme; null where it is not known */
export function previewCard(snapshot: ResultsSnapshot, where: string | null): Card {
  const first = snapshot.election.languages?.[0] ?? 'en'
  const language = nearestLanguage(first, ['en', 'es', 'ar']) as keyof typeof WORDS
  const words = WORDS[language]
  const page: Page = {
    ...{ rtl: language === 'ar', words },
    figure: (value) => value.toLocaleString(language),
  }
  const { contests, election, cast, eligible } = snapshot
  const contest = contests?.[0]
  const rows = contest === undefined ? [] : contestRows(page, contest)
  const title = contest === undefined ? [] : [contestTitle(page, contest, contests!.length)]
  const voted = words.voted(page.figure(cast), page.figure(eligible))
  return {
    boxes: [
      { x: 0, y: 0, ...CARD, color: '#ffffff' },
      { x: 0, y: 0, width: CARD.width, height: 12, color: BAR },
      ...rows.flatMap(({ boxes }) => boxes),
    ],
    lines: [
      line(page, { text: election.title, y: 104, size: 52, strong: true }),
      ...title,
      ...rows.flatMap(({ lines }) => lines),
      line(page, { text: voted, y: contest ? 528 : 260, size: 34 }),
      line(page, { text: standing(snapshot, words), y: 584, size: 34, strong: true, color: BAR }),
      ...(where === null
        ? []
        : [line(page, { text: where, y: 584, size: 24, color: GREY, end: true, room: 400 })]),
    ],
  }
}

function standing({ phase, log, contests }: ResultsSnapshot, words: Words): string {
  if (phase === 'not-open') return words.notOpen
  if (phase === 'closed') return log?.certified_at === undefined ? words.over : words.certified
  return contests === null ? words.later : words.live
}

interface Page {
  readonly rtl: boolean
  readonly figure: (value: number) => string
  readonly words: Words
}

function contestTitle(page: Page, { title }: ContestSnapshot, contests: number): CardLine {
  const others = contests > 1 ? ` · ${page.words.more(page.figure(contests - 1))}` : ''
  return line(page, { text: title + others, y: 162, size: 34, color: GREY })
}

function contestRows(page: Page, { options }: ContestSnapshot): Card[] {
  const votes = options.reduce((sum, option) => sum + option.votes, 0)
  // Those with equal votes stay in the definition's order.
  const ranked = [...options].sort((a, b) => b.votes - a.votes).slice(0, MOST_OPTIONS)
  return ranked.map((option, i) => {
    const y = 222 + i * 72
    const share = votes === 0 ? 0 : option.votes / votes
    const told = `${page.figure(option.votes)} · ${(share * 100).toFixed(1)} %`
    const width = INNER * share
    const x = page.rtl ? CARD.width - MARGIN - width : MARGIN
    return {
      boxes: [
        { x: MARGIN, y: y + 14, width: INNER, height: 16, color: TRACK },
        { x, y: y + 14, width, height: 16, color: BAR },
      ],
      lines: [
        line(page, { text: option.name, y, size: 32, room: INNER - 330 }),
        line(page, { text: told, y, size: 32, strong: true, end: true, room: 330 }),
      ],
    }
  })
}

interface LineOf
  extends Pick<CardLine, 'text' | 'y' | 'size'>,
    Partial<Pick<CardLine, 'strong' | 'color' | 'room'>> {
  /** At the end of the line, where it is at the beginning otherwise. */
  readonly end?: boolean
}

function line(page: Page, { end = false, ...told }: LineOf): CardLine {
  const right = end !== page.rtl
  const place = { x: right ? CARD.width - MARGIN : MARGIN, anchor: right ? 'end' : 'start' } as const
  return { strong: false, color: INK, room: INNER, ...place, ...told }
}
