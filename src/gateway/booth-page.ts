/** `/e/ID`, the booth. Opening it, by whomever and however often, changes nothing: ballots are cast by POST alone. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { ServedElections } from './served-election.ts'

/** @param dir what `npm run build` writes */
export function boothPage(app: FastifyInstance, elections: ServedElections, dir: string): void {
  const file = join(dir, 'booth', 'index.html')
  const page = existsSync(file)
    ? readFileSync(file)
    : '<!doctype html><html lang="en"><title>Not built</title><p>The pages are not built yet: run <code>npm run build</code>.'
  for (const url of ['/e/:id', '/e/:id/'])
    app.get(url, { schema: { hide: true } }, (request, reply) =>
      reply
        // An address mistyped from a letter gets words for people too: the page itself says there is no such election.
        .code(elections.byId.has((request.params as { id: string }).id) ? 200 : 404)
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(page),
    )
}
