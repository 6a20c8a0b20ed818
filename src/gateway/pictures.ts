/**
 * `/e/ID/pictures/SHA256`: a photo, a logo or the map that the definition names. It is what it was
 * when the election was made, for its address is its hash; a browser keeps it for good, takes it
 * for nothing but its type, and runs nothing in it.
 */
import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'
import { sendShared } from './shared-document.ts'

const FOREVER = 'public, max-age=31536000, immutable'
/** Opened by itself it is no page: nothing is loaded or run, whatever a browser takes it for. */
const NOTHING = "default-src 'none'; sandbox"

export function pictureRoutes(app: FastifyInstance, elections: ServedElections): void {
  app.get('/e/:id/pictures/:sha256', (request, reply) => {
    const { id, sha256 } = request.params as { id: string; sha256: string }
    const picture = elections.byId.get(id)?.pictures.get(sha256)
    if (picture === undefined) return sendProblem(reply, 'not-found')
    reply
      .header('content-security-policy', NOTHING)
      .header('cross-origin-resource-policy', 'same-origin')
      .header('x-content-type-options', 'nosniff')
    return sendShared(request, reply, picture.document, { type: picture.type, age: FOREVER })
  })
}
