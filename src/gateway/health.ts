/** Routes for operators: health, readiness and metrics. */
import type { FastifyInstance } from 'fastify'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { CertificateSource } from '../ports/certificate-source.ts'
import { kept, MOMENT_MS } from './kept.ts'
import type { GatewayMetrics } from './metrics.ts'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'

interface HealthAnswer {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** Answers by path. */
export type HealthAnswers = Readonly<
  Record<'/healthz' | '/readyz' | '/metrics', () => Promise<HealthAnswer | RefusalCode>>
>

const JSON_TYPE = 'application/json'

/** @param certificates if the server speaks TLS */
export function healthAnswers(
  elections: ServedElections,
  metrics: GatewayMetrics,
  isStopping: () => boolean,
  certificates?: CertificateSource,
): HealthAnswers {
  // It sums up every count of every election.
  const health = kept(MOMENT_MS, async () => {
    const states = [...elections.byId.values()].map(({ election, tally, publicLog }) => {
      const log = publicLog.state()
      return { id: election.id, phase: tally.phase(), invariant: tally.invariant(), log }
    })
    const healthy = states.every(({ invariant }) => invariant.holds)
    const tls = certificates && { tls: certificates.state() }
    const text = JSON.stringify({ status: healthy ? 'ok' : 'alarm', ...tls, elections: states })
    return { status: healthy ? 200 : 503, type: JSON_TYPE, text }
  })
  return {
    '/healthz': health,
    '/readyz': async () => {
      if (isStopping()) return 'stopping'
      if (certificates?.current() === null) return 'no-certificate'
      return { status: 200, type: JSON_TYPE, text: JSON.stringify({ status: 'ready' }) }
    },
    '/metrics': async () => ({ status: 200, type: metrics.contentType, text: await metrics.text() }),
  }
}

/** Adds the routes to the public port, if health has no port of its own. */
export function healthRoutes(app: FastifyInstance, answers: HealthAnswers): void {
  for (const path of ['/healthz', '/readyz', '/metrics'] as const)
    app.get(path, async (_request, reply) => {
      const made = await answers[path]()
      if (typeof made === 'string') return sendProblem(reply, made)
      const { status, type, text } = made
      return reply.code(status).header('cache-control', 'no-store').type(type).send(text)
    })
}
