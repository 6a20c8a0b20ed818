/** Routes for whoever keeps the server up: healthy, ready, metrics. */
import type { FastifyInstance } from 'fastify'
import { kept, MOMENT_MS } from './kept.ts'
import type { GatewayMetrics } from './metrics.ts'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'

export function healthRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  metrics: GatewayMetrics,
  isStopping: () => boolean,
): void {
  // Every count of every election is added up for it.
  const health = kept(MOMENT_MS, async () => {
    const states = [...elections.byId.values()].map(({ election, tally, publicLog }) => {
      const log = publicLog.state()
      return { id: election.id, phase: tally.phase(), invariant: tally.invariant(), log }
    })
    const healthy = states.every(({ invariant }) => invariant.holds)
    return { healthy, text: JSON.stringify({ status: healthy ? 'ok' : 'alarm', elections: states }) }
  })
  app.get('/healthz', async (_request, reply) => {
    const { healthy, text } = await health()
    return reply
      .code(healthy ? 200 : 503)
      .header('cache-control', 'no-store')
      .type('application/json')
      .send(text)
  })
  app.get('/readyz', (_request, reply) =>
    isStopping() ? sendProblem(reply, 'stopping') : reply.send({ status: 'ready' }),
  )
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}
