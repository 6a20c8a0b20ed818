/** Routes that say which elections there are and what stands on their ballots. */
import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'

export function catalogueRoutes(app: FastifyInstance, elections: ServedElections): void {
  const tags = ['elections']
  app.get('/elections', { schema: { tags, summary: 'The elections of this server' } }, (_request, reply) =>
    reply.send({
      default: elections.default.election.id,
      elections: [...elections.byId.values()].map(({ election, phase }) => ({
        id: election.id,
        title: election.title,
        phase: phase(),
      })),
    }),
  )
  app.get('/elections/:id', { schema: { tags, summary: 'An election’s definition' } }, (request, reply) => {
    const served = elections.byId.get((request.params as { id: string }).id)
    return served ? reply.send(served.file) : sendProblem(reply, 'unknown-election')
  })
}
