/**
 * `/verify` and `/e/ID/verify`, the page that verifies an election's public log in the reader's
 * browser.
 *
 * It is the only page that may read from other servers: those whose address its reader types (no
 * link can name one). It still runs only this server's code, and its worker, which does the
 * reading, obeys the policy sent with the worker's file.
 */
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { pageFile } from './page-file.ts'
import type { ServedElections } from './served-election.ts'
import type { Site } from './site.ts'

const POLICY = 'content-security-policy'
const WORKER = /^verifier-worker-[\w-]+\.js$/

/** @param dir the folder that `npm run build` writes */
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

/** Lets the verifier's worker read elsewhere, too; `name` is the asset's. */
export function allowWorkerReading(reply: FastifyReply, name: string): void {
  if (WORKER.test(name)) allowReading(reply)
}

function allowReading(reply: FastifyReply): FastifyReply {
  const policy = String(reply.getHeader(POLICY))
  return reply.header(POLICY, `${policy};connect-src 'self' http: https:`)
}
