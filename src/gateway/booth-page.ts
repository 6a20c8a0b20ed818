/** `/e/ID`, the booth. Opening it, by whomever and however often, changes nothing: ballots are cast by POST alone. Below it lie the ballot's pictures. */
import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { warningPageFile } from './page-file.ts'
import { pictureRoutes } from './pictures.ts'
import type { ServedElections } from './served-election.ts'

/** @param dir what `npm run build` writes */
export function boothPage(
  app: FastifyInstance,
  elections: ServedElections,
  dir: string,
  isInClear: (request: FastifyRequest) => boolean,
): void {
  pictureRoutes(app, elections)
  const booth = warningPageFile(join(dir, 'booth', 'index.html'), isInClear)
  for (const url of ['/e/:id', '/e/:id/'])
    app.get(url, { schema: { hide: true } }, (request, reply) => {
      // An address mistyped from a letter gets words for people too: the page itself says there is no such election.
      const known = elections.byId.has((request.params as { id: string }).id)
      return booth(request, reply.code(known ? 200 : 404))
    })
}
