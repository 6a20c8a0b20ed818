/** Routes for the list of elections and for their definitions. */
import type { FastifyInstance } from 'fastify'
import type { DefinitionFile } from '../core/election/definition.ts'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'
import { type SharedDocument, sendShared, sharedDocument } from './shared-document.ts'

/** The definition may change while voting is open, for example its end. */
const NOW = 'public, max-age=1'

export function catalogueRoutes(app: FastifyInstance, elections: ServedElections): void {
  const definitionOf = definitions()
  app.get('/elections', (_request, reply) =>
    reply.send({
      default: elections.default.election.id,
      elections: [...elections.byId.values()].map(({ election, phase }) => ({
        id: election.id,
        title: election.title,
        phase: phase(),
      })),
    }),
  )
  app.get('/elections/:id', (request, reply) => {
    const served = elections.byId.get((request.params as { id: string }).id)
    if (served === undefined) return sendProblem(reply, 'unknown-election')
    return sendShared(request, reply, definitionOf(served.file), { type: 'application/json', age: NOW })
  })
}

/** Each definition as a document; a large one takes milliseconds to serialise. */
function definitions(): (file: DefinitionFile) => SharedDocument {
  const kept = new WeakMap<DefinitionFile, SharedDocument>()
  return (file) => {
    const made = kept.get(file) ?? sharedDocument(Buffer.from(JSON.stringify(file)))
    kept.set(file, made)
    return made
  }
}
