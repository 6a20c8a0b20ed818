/** Routes for whoever keeps the server up: healthy, ready, metrics. */
import type { FastifyInstance } from 'fastify'
import type { GatewayMetrics } from './metrics.ts'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'

export function healthRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  metrics: GatewayMetrics,
  isStopping: () => boolean,
): void {
  const tags = ['operations']
  app.get(
    '/healthz',
    { schema: { tags, summary: 'Whether the count balances; 503 is an alarm' } },
    (_request, reply) => {
      const states = [...elections.byId.values()].map(({ election, tally, publicLog }) => {
        const log = publicLog.state()
        return { id: election.id, phase: tally.phase(), invariant: tally.invariant(), log }
      })
      const healthy = states.every(({ invariant }) => invariant.holds)
      return reply
        .code(healthy ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: healthy ? 'ok' : 'alarm', elections: states })
    },
  )
  app.get(
    '/readyz',
    { schema: { tags, summary: 'Whether this server takes requests' } },
    (_request, reply) => (isStopping() ? sendProblem(reply, 'stopping') : reply.send({ status: 'ready' })),
  )
  app.get('/metrics', { schema: { tags, summary: 'Prometheus metrics' } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
}
