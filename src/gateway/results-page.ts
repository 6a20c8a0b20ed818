/**
 * The dashboard's page as one election's: its title and how it stands for link previews
 * (https://ogp.me), and without JavaScript the downloads of its own result, not of another
 * election's.
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
/** Made for so many elections, hosts and standings at once; then those are forgotten. */
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

/** What the page goes by (web/dashboard/main.tsx). */
const PAGE = '<div id="page">'
const DOWNLOADS = /The same numbers are at .*?<\/p>/
const CLOSED = 'The count is shown to those who have an access token.'

/**
 * For a count that not everybody may see: no link that would be refused, and a page that asks for
 * the token.
 */
function closedPage(page: string): string {
  return page.replace(PAGE, '<div id="page" data-needs-token>').replace(DOWNLOADS, `${CLOSED}</p>`)
}

/** How it stands, as who is sent the link is told. */
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

/** The host people ask, unless the operator names it: a preview's picture needs a whole address. */
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
  // Most of those who show previews want a whole address, a size, and words for who does not see
  // it.
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
