/** `/e/ID`, the booth. Opening it, by whomever and however often, changes nothing: ballots are cast by POST alone. Below it lie the ballot's pictures. */
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pageFile } from './page-file.ts'
import { pictureRoutes } from './pictures.ts'
import type { ServedElections } from './served-election.ts'
import type { Site } from './site.ts'

/** @param dir what `npm run build` writes */
export function boothPage(app: FastifyInstance, elections: ServedElections, dir: string, site: Site): void {
  pictureRoutes(app, elections)
  const booth = pageFile(join(dir, 'booth', 'index.html'), site)
  for (const url of ['/e/:id', '/e/:id/'])
    app.get(url, (request, reply) => {
      // An address mistyped from a letter gets words for people too: the page itself says there is no such election.
      const known = elections.byId.has((request.params as { id: string }).id)
      return booth(request, reply.code(known ? 200 : 404))
    })
}
