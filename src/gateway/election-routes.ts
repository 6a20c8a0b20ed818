/**
 * One route, two addresses: `/elections/ID/…`, and the short form `/…` that speaks of the default
 * election.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import type { Guarded } from '../core/access/who-may.ts'
import { sendProblem } from './problem.ts'
import type { ServedElection, ServedElections } from './served-election.ts'

export interface ElectionRoute {
  readonly schema?: FastifySchema
  readonly bodyLimit?: number
  /** Whose token it looks at; left out, it is open. */
  readonly access?: Guarded
  readonly handle: (
    served: ServedElection,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => FastifyReply | Promise<FastifyReply>
}

const ID_PARAMS = { type: 'object', properties: { id: { type: 'string', maxLength: 64 } }, required: ['id'] }

export function electionRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  method: 'GET' | 'POST',
  path: string,
  { schema = {}, handle, bodyLimit, access }: ElectionRoute,
): void {
  const limit = {
    ...(bodyLimit !== undefined && { bodyLimit }),
    ...(access && { config: { access } }),
  }
  app.route({
    method,
    url: path,
    ...limit,
    schema,
    handler: (request, reply) => handle(elections.default, request, reply),
  })
  app.route({
    method,
    url: `/elections/:id${path}`,
    ...limit,
    schema: { ...schema, params: ID_PARAMS },
    handler: (request, reply) => {
      const served = elections.byId.get((request.params as { id: string }).id)
      return served ? handle(served, request, reply) : sendProblem(reply, 'unknown-election')
    },
  })
}
