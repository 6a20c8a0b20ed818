/**
 * Where people find the server: the path below its host, and the host if the operator configures
 * one.
 */
import type { FastifyInstance } from 'fastify'

export interface Site {
  /** `/`, or a path such as `/vote/`. */
  readonly path: string
  /** For example `https://vote.example.org`; null if unknown: then requests name it. */
  readonly origin: string | null
}

export const AT_ROOT: Site = { path: '/', origin: null }

/** A page built for `/`, with the addresses of its files moved below the site's path. */
export function rebased(html: string, { path }: Site): string {
  return path === '/' ? html : html.replaceAll('="/assets/', `="${path}assets/`)
}

/**
 * The path on the server that a request means, whether or not the proxy in front removes the site's
 * path. `/vote` at a site below `/vote/` stays as it is: it is the API's address, and people are
 * redirected to the other.
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
 * Redirects people who leave out the last slash to the site, and keeps redirects within the site.
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
