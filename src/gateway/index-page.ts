/**
 * The page of a server with several elections: a list of them, plain HTML without script. If there
 * is one election, or the operator has named a default one, `/` is that election's count.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Phase } from '../core/election/phase.ts'
import { nearestLanguage, type Text, textFound } from '../core/election/text.ts'
import { escapedHtml } from './escaped-html.ts'
import { kept, MOMENT_MS } from './kept.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { sendShared, sharedDocument } from './shared-document.ts'
import type { Site } from './site.ts'

interface Words {
  readonly title: string
  readonly phase: Readonly<Record<Phase, string>>
  readonly results: string
  readonly vote: string
  readonly verify: string
}

type Language = 'en' | 'es' | 'ar'

const LANGUAGES: readonly Language[] = ['en', 'es', 'ar']
const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Elections',
    phase: { 'not-open': 'Voting has not begun', open: 'Voting is open', closed: 'Voting is over' },
    ...{ results: 'Results', vote: 'Vote', verify: 'Check the count' },
  },
  es: {
    title: 'Elecciones',
    phase: {
      ...{ 'not-open': 'La votación no ha empezado', open: 'La votación está abierta' },
      closed: 'La votación ha terminado',
    },
    ...{ results: 'Resultados', vote: 'Votar', verify: 'Comprobar el recuento' },
  },
  ar: {
    title: 'الانتخابات',
    phase: { 'not-open': 'لم يبدأ التصويت', open: 'التصويت جارٍ', closed: 'انتهى التصويت' },
    ...{ results: 'النتائج', vote: 'التصويت', verify: 'التحقق من العد' },
  },
}
/** A longer list would be of no use to readers. */
const MOST_LISTED = 1_000

/** @param style the address of the pages' common style sheet; undefined if they are not built */
export function indexPage(elections: ServedElections, site: Site, style: string | undefined) {
  // A long list takes milliseconds to create and compress, in which votes would wait.
  const pageIn = (language: Language) =>
    kept(MOMENT_MS, async () => {
      const listed = [...elections.byId.values()].slice(0, MOST_LISTED)
      return sharedDocument(Buffer.from(indexHtml(listed, language, site, style)))
    })
  const pages = { en: pageIn('en'), es: pageIn('es'), ar: pageIn('ar') }
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const language = languageOf(request.headers['accept-language'])
    reply.header('content-language', language)
    const as = { type: 'text/html; charset=utf-8', age: 'no-cache' }
    return sendShared(request, reply, await pages[language](), as)
  }
}

/**
 * Returns the first language of the reader that the pages have, without regard to weights; English
 * if they have none.
 */
function languageOf(accepted: string | undefined): Language {
  for (const tag of (accepted ?? '').slice(0, 200).split(',')) {
    const primary = tag.split(';')[0]!.trim().split('-')[0]!.toLowerCase()
    const found = LANGUAGES.find((language) => language === primary)
    if (found !== undefined) return found
  }
  return 'en'
}

function indexHtml(
  elections: readonly ServedElection[],
  language: Language,
  { path }: Site,
  style: string | undefined,
): string {
  const words = WORDS[language]
  const items = elections.map(({ file, phase }) => {
    const now = phase()
    const page = `${path}e/${encodeURIComponent(file.id)}`
    const link = (address: string, text: string) => `<a href="${escapedHtml(address)}">${text}</a>`
    const links = [
      link(`${page}/results`, words.results),
      ...(now === 'open' ? [link(page, words.vote)] : []),
      link(`${page}/verify`, words.verify),
    ]
    return (
      `<li><h2>${titleOf(file.title, language, file.languages ?? [])}</h2>` +
      `<p>${words.phase[now]}</p>` +
      `<p>${links.join(' · ')}</p></li>`
    )
  })
  return (
    `<!doctype html><html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">` +
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta name="color-scheme" content="light dark"><title>${words.title}</title>` +
    (style === undefined ? '' : `<link rel="stylesheet" href="${style}">`) +
    `<main class="waiting"><h1>${words.title}</h1><ul>${items.join('')}</ul></main></html>\n`
  )
}

/** The title in the reader's language, if the election has it. */
function titleOf(title: Text, wanted: string, order: readonly string[]): string {
  const { text, language } = textFound(title, nearestLanguage(wanted, order) ?? wanted, order)
  return `<bdi${language === null ? '' : ` lang="${escapedHtml(language)}"`}>${escapedHtml(text)}</bdi>`
}
