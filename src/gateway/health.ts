/** Routes for whoever keeps the server up: healthy, ready, metrics. */
import type { FastifyInstance } from 'fastify'
import type { CertificateSource } from '../ports/certificate-source.ts'
import { kept, MOMENT_MS } from './kept.ts'
import type { GatewayMetrics } from './metrics.ts'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'

export interface HealthDeps {
  readonly metrics: GatewayMetrics
  readonly isStopping: () => boolean
  /** Where the server speaks TLS. */
  readonly certificates: CertificateSource | undefined
}

export function healthRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  { metrics, isStopping, certificates }: HealthDeps,
): void {
  // Every count of every election is added up for it.
  const health = kept(MOMENT_MS, async () => {
    const states = [...elections.byId.values()].map(({ election, tally, publicLog }) => {
      const log = publicLog.state()
      return { id: election.id, phase: tally.phase(), invariant: tally.invariant(), log }
    })
    const healthy = states.every(({ invariant }) => invariant.holds)
    const tls = certificates && { tls: certificates.state() }
    const status = healthy ? 'ok' : 'alarm'
    return { healthy, text: JSON.stringify({ status, ...tls, elections: states }) }
  })
  app.get('/healthz', async (_request, reply) => {
    const { healthy, text } = await health()
    return reply
      .code(healthy ? 200 : 503)
      .header('cache-control', 'no-store')
      .type('application/json')
      .send(text)
  })
  app.get('/readyz', (_request, reply) => {
    if (isStopping()) return sendProblem(reply, 'stopping')
    if (certificates?.current() === null) return sendProblem(reply, 'no-certificate')
    return reply.send({ status: 'ready' })
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}
