/**
 * How an election stands as a picture for link previews, an SVG of 1200 × 630 to be drawn elsewhere: title, leading
 * figures of the first contest, and whether they are official. Made of a snapshot, which is all that may be told. Pure.
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

/** @param where the address people open, without its scheme; null where it is not known */
export function previewCard(snapshot: ResultsSnapshot, where: string | null): string {
  const language = nearestLanguage(snapshot.election.languages?.[0] ?? 'en', [
    'en',
    'es',
    'ar',
  ]) as keyof typeof WORDS
  const words = WORDS[language]
  const page: Page = { rtl: language === 'ar', figure: (value) => value.toLocaleString(language), words }
  const { contests, election, cast, eligible } = snapshot
  const [first] = contests ?? []
  const parts = [
    `<rect width="${CARD.width}" height="${CARD.height}" fill="#fff"/>`,
    `<rect width="${CARD.width}" height="12" fill="${BAR}"/>`,
    line(page, { text: election.title, y: 104, size: 52, strong: true }),
    ...(first === undefined ? [] : contestRows(page, first, contests!.length)),
    line(page, {
      text: words.voted(page.figure(cast), page.figure(eligible)),
      y: first ? 528 : 260,
      size: 34,
    }),
    line(page, { text: standing(snapshot, words), y: 584, size: 34, strong: true, color: BAR }),
    where === null
      ? ''
      : line(page, { text: where, y: 584, size: 26, color: GREY, end: true, room: INNER / 2 }),
  ]
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD.width}" height="${CARD.height}" ` +
    `font-family="Noto Sans">${parts.join('')}</svg>`
  )
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

function contestRows(page: Page, contest: ContestSnapshot, contests: number): string[] {
  const votes = contest.options.reduce((sum, option) => sum + option.votes, 0)
  // Those with equal votes stay in the definition's order.
  const ranked = [...contest.options].sort((a, b) => b.votes - a.votes).slice(0, MOST_OPTIONS)
  const rows = ranked.flatMap((option, i) => {
    const y = 222 + i * 72
    const share = votes === 0 ? 0 : option.votes / votes
    const told = `${page.figure(option.votes)} · ${(share * 100).toFixed(1)} %`
    const width = (INNER * share).toFixed(1)
    const x = page.rtl ? (CARD.width - MARGIN - Number(width)).toFixed(1) : String(MARGIN)
    return [
      line(page, { text: option.name, y, size: 32, room: INNER - 330 }),
      line(page, { text: told, y, size: 32, strong: true, end: true, room: 330 }),
      `<rect x="${MARGIN}" y="${y + 14}" width="${INNER}" height="16" rx="4" fill="${TRACK}"/>`,
      `<rect x="${x}" y="${y + 14}" width="${width}" height="16" rx="4" fill="${BAR}"/>`,
    ]
  })
  const others = contests > 1 ? ` · ${page.words.more(page.figure(contests - 1))}` : ''
  return [line(page, { text: contest.title + others, y: 162, size: 34, color: GREY }), ...rows]
}

interface Line {
  readonly text: string
  readonly y: number
  readonly size: number
  readonly strong?: boolean
  readonly color?: string
  /** At the end of the line, where it is at the beginning otherwise. */
  readonly end?: boolean
  /** What it may take of the width. */
  readonly room?: number
}

function line(
  page: Page,
  { text, y, size, strong = false, color = INK, end = false, room = INNER }: Line,
): string {
  const right = end !== page.rtl
  const x = right ? CARD.width - MARGIN : MARGIN
  return (
    `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" font-weight="${strong ? 600 : 400}" ` +
    `text-anchor="${right ? 'end' : 'start'}">${escapedXml(fitting(text, room / size))}</text>`
  )
}

/** So much of a text as surely fits. @param ems the room, in heights of a letter */
function fitting(text: string, ems: number): string {
  let taken = 0
  let fits = ''
  for (const character of text) {
    taken += /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)
      ? 1
      : 0.6
    if (taken > ems - 1) return `${fits}…`
    fits += character
  }
  return text
}

/** XML has no place for most control characters at all. */
function escapedXml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
