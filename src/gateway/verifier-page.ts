/**
 * `/verify` and `/e/ID/verify`, the page that checks an election's public log in the reader's
 * browser.
 *
 * It alone may read from other servers: those whose address its reader types (no link can name
 * one). It still runs no code but ours, and the worker that does the reading goes by the policy its
 * own file is sent with.
 */
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { pageFile } from './page-file.ts'
import type { ServedElections } from './served-election.ts'
import type { Site } from './site.ts'

const POLICY = 'content-security-policy'
const WORKER = /^verifier-worker-[\w-]+\.js$/

/** @param dir what `npm run build` writes */
export function verifierPage(
  app: FastifyInstance,
  elections: ServedElections,
  dir: string,
  site: Site,
): void {
  const verifier = pageFile(join(dir, 'verifier', 'index.html'), site)
  app.get('/verify', (request, reply) => verifier(request, allowReading(reply)))
  app.get('/e/:id/verify', (request, reply) => {
    const known = elections.byId.has((request.params as { id: string }).id)
    return verifier(request, allowReading(reply).code(known ? 200 : 404))
  })
}

/** For the asset of a name: the verifier's worker may read elsewhere too. */
export function allowWorkerReading(reply: FastifyReply, name: string): void {
  if (WORKER.test(name)) allowReading(reply)
}

function allowReading(reply: FastifyReply): FastifyReply {
  const policy = String(reply.getHeader(POLICY))
  return reply.header(POLICY, `${policy};connect-src 'self' http: https:`)
}
