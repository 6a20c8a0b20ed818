/**
 * Where people find the server: below which path of its host, and which host, where the operator
 * names it.
 */
import type { FastifyInstance } from 'fastify'

export interface Site {
  /** `/`, or such as `/vote/`. */
  readonly path: string
  /** Such as `https://vote.example.org`; null where it is not known, and requests say it. */
  readonly origin: string | null
}

export const AT_ROOT: Site = { path: '/', origin: null }

/** A page as it was built, for `/`, with the addresses of its files below the site's path. */
export function rebased(html: string, { path }: Site): string {
  return path === '/' ? html : html.replaceAll('="/assets/', `="${path}assets/`)
}

/**
 * The path of the server that a request asks for, whether or not the proxy in front takes the
 * site's path away. `/vote`, asked of a site at `/vote/`, stays: it is the one, and people are sent
 * to the other.
 */
export function belowSite(url: string, { path }: Site): string {
  return url.startsWith(path) ? url.slice(path.length - 1) : url
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The address of the server's first page. */
    readonly home: string
  }
}

/**
 * People who leave the last slash away are sent to the site, and what is sent elsewhere in it stays
 * in it.
 */
export function siteRoutes(app: FastifyInstance, { path }: Site): void {
  app.decorate('home', path)
  if (path === '/') return
  const bare = path.slice(0, -1)
  app.addHook('onRequest', async ({ raw, method }, reply) => {
    if (raw.url === bare && (method === 'GET' || method === 'HEAD')) return reply.redirect(path, 308)
  })
  app.addHook('onSend', async (_request, reply) => {
    const location = reply.getHeader('location')
    if (typeof location !== 'string' || !/^\/(?!\/)/.test(location) || location.startsWith(path)) return
    reply.header('location', bare + location)
  })
}
