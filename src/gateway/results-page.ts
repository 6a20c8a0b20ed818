/**
 * The dashboard's page for one election: it has the election's title and state for link previews
 * (https://ogp.me), and works without JavaScript with downloads of this election's result.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { firstText } from '../core/election/text.ts'
import { escapedHtml } from './escaped-html.ts'
import { withWarning } from './in-clear-warning.ts'
import { pageFile } from './page-file.ts'
import type { PagesAt } from './pages-at.ts'
import type { ServedElection } from './served-election.ts'
import { type SharedDocument, sendShared, sharedDocument } from './shared-document.ts'
import { rebased, type Site } from './site.ts'

const AS = { type: 'text/html; charset=utf-8', age: 'no-cache' }
const TITLE = '<title>Election results</title>'
/** The most pages kept, one per election, host and state; beyond it all are dropped. */
const MOST_KEPT = 500
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

export type SendResults = (
  served: ServedElection,
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply>

/** @param path the built page */
export function resultsPage(
  path: string,
  { site, hasPreviews, needsToken, isInClear }: Omit<PagesAt, 'hasDefault'>,
): SendResults {
  if (!existsSync(path)) {
    const notBuilt = pageFile(path, site)
    return (_served, request, reply) => notBuilt(request, reply)
  }
  const open = rebased(readFileSync(path, 'utf8'), site)
  const built = needsToken ? closedPage(open) : open
  const kept = new Map<string, SharedDocument>()
  return (served, request, reply) => {
    const origin = originOf(request, site)
    const status = needsToken ? CLOSED : statusOf(served)
    const clear = isInClear(request)
    const key = JSON.stringify([served.election.id, served.file.title, status, origin, clear])
    const make = (): SharedDocument => {
      const html = filled(built, served, { site, origin, status, hasPreviews })
      return sharedDocument(Buffer.from(clear ? withWarning(html) : html))
    }
    const made = kept.get(key) ?? make()
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(key, made)
    return sendShared(request, reply, made, AS)
  }
}

/** The element that the page reads (web/dashboard/main.tsx). */
const PAGE = '<div id="page">'
const DOWNLOADS = /The same numbers are at .*?<\/p>/
const CLOSED = 'The count is shown to those who have an access token.'

/**
 * The page of a count that requires a token: it has no link that would be refused, and asks for the
 * token.
 */
function closedPage(page: string): string {
  return page.replace(PAGE, '<div id="page" data-needs-token>').replace(DOWNLOADS, `${CLOSED}</p>`)
}

/** The election's state, as link previews show it. */
function statusOf({ phase, publicLog, election }: ServedElection): string {
  const now = phase()
  if (now === 'not-open') return 'Voting has not begun.'
  if (now === 'closed')
    return publicLog.state()?.certified_at === undefined
      ? 'Voting is over. The result is not official yet.'
      : 'The certified result.'
  return election.results === 'live'
    ? 'Voting is open. Live count, not official yet.'
    : 'Voting is open. Results are shown after it has closed.'
}

/**
 * The requested host, unless the operator configures one: a preview's picture needs an absolute
 * address.
 */
function originOf(request: FastifyRequest, { origin }: Site): string | null {
  if (origin !== null) return origin
  const { host } = request.headers
  return host !== undefined && HOST.test(host) ? `${request.protocol}://${host}` : null
}

interface Filling {
  readonly site: Site
  readonly origin: string | null
  readonly status: string
  readonly hasPreviews: boolean
}

function filled(
  built: string,
  { file }: ServedElection,
  { site, origin, status, hasPreviews }: Filling,
): string {
  const title = escapedHtml(firstText(file.title, file.languages ?? []))
  const page = `${site.path}e/${encodeURIComponent(file.id)}`
  const results = `${site.path}elections/${encodeURIComponent(file.id)}/results`
  const properties: [string, string][] = [
    ['og:type', 'website'],
    ['og:title', title],
    ['og:description', status],
  ]
  const address = escapedHtml(`${origin}${page}`)
  if (origin !== null) properties.push(['og:url', `${address}/results`])
  // Most services that show previews need an absolute address, a size and an alternative text.
  if (origin !== null && hasPreviews)
    properties.push(
      ['og:image', `${address}/preview.png`],
      ...([
        ['og:image:width', '1200'],
        ['og:image:height', '630'],
      ] as [string, string][]),
      ['og:image:alt', `${title}. ${status}`],
      ['twitter:card', 'summary_large_image'],
    )
  const tags = properties.map(([name, content]) => `<meta property="${name}" content="${content}">`)
  return built
    .replace(
      TITLE,
      () => `<title>${title}</title>${tags.join('')}<meta name="description" content="${status}">`,
    )
    .replaceAll(/\/results\.(csv|json)\b/g, (_all, kind) => `${results}.${kind}`)
}
