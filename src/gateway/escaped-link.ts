/**
 * A voter's link whose "#" was escaped on its way (`/e/ID%23k=…`), so that the key came to the
 * server as a part of the path. The browser is sent to the link as it was meant: from there on the
 * key is in no request, and the address is the booth's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

const ESCAPED = /^\/e\/([\w.~-]+)(\/?)(?:\?.*?)?%(?:25)*23k(?:=|%(?:25)*3D)(.*)$/i

const KEY = /%(?:25)*23k(?:=|%(?:25)*3D)/i

/** Whether an address may hold a voter's key, below whatever path: then nobody is to keep it. */
export function mayHoldKey(url: string): boolean {
  return KEY.test(url)
}

/**
 * Where the request should have gone, relative to where it went; undefined where it is no such
 * link.
 */
function meantBy({ method, url = '' }: IncomingMessage): string | undefined {
  const found = method === 'GET' || method === 'HEAD' ? ESCAPED.exec(url) : null
  if (found === null) return undefined
  const [, id, slash, key] = found
  // Relative, for the booth may lie below a path of a proxy's; and of a header's characters alone.
  return `${slash ? '../' : ''}${id}#k=${key!.replace(/[^!-~]/g, '')}`
}

/** Answers a request for such a link. False where it is none, and nothing was answered. */
export function sendMeantLink(request: IncomingMessage, response: ServerResponse): boolean {
  const location = meantBy(request)
  if (location === undefined) return false
  response.writeHead(302, { location, 'cache-control': 'no-store', 'content-length': 0 }).end()
  return true
}

/**
 * Call it before any hook that answers. A path longer than a route's parameter may be reaches no
 * hook.
 */
export function mendEscapedLinks(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (ESCAPED.test(request.url) && sendMeantLink(request.raw, reply.raw)) return reply.hijack()
  })
}
