/**
 * Handles a voter's link whose "#" was escaped in transit (`/e/ID%23k=…`), so that the key arrives
 * at the server as a part of the path. The server redirects the browser to the correct link: from
 * then on no request has the key, and the address is the booth's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

const ESCAPED = /^\/e\/([\w.~-]+)(\/?)(?:\?.*?)?%(?:25)*23k(?:=|%(?:25)*3D)(.*)$/i

const KEY = /%(?:25)*23k(?:=|%(?:25)*3D)/i

/** Whether an address may contain a voter's key, below any path: then it must not be cached. */
export function mayHoldKey(url: string): boolean {
  return KEY.test(url)
}

/**
 * Returns the correct address, relative to that of the request; undefined if it is not such a link.
 */
function meantBy({ method, url = '' }: IncomingMessage): string | undefined {
  const found = method === 'GET' || method === 'HEAD' ? ESCAPED.exec(url) : null
  if (found === null) return undefined
  const [, id, slash, key] = found
  // Relative, because the booth may be below a path of a proxy; and only with characters that a
  // header may have.
  return `${slash ? '../' : ''}${id}#k=${key!.replace(/[^!-~]/g, '')}`
}

/** Answers a request for such a link. Returns false if it is not one; then nothing was answered. */
export function sendMeantLink(request: IncomingMessage, response: ServerResponse): boolean {
  const location = meantBy(request)
  if (location === undefined) return false
  response.writeHead(302, { location, 'cache-control': 'no-store', 'content-length': 0 }).end()
  return true
}

/** Call this before any hook that answers. A path longer than a route parameter reaches no hook. */
export function mendEscapedLinks(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (ESCAPED.test(request.url) && sendMeantLink(request.raw, reply.raw)) return reply.hijack()
  })
}
