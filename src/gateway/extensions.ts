/**
 * `POST /elections/ID/extensions`: voting ends later, asked for by a machine whose token has the
 * scope `amend`. It is the same change as `elections extend`, an entry of the public log that
 * everybody sees. Nothing else of an election can be changed over HTTP
 * (docs/decisions/025-tokens-open-doors.md).
 */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Rate } from '../core/access/rate.ts'
import { readInstant } from '../core/election/instant.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import { sendProblem, sendProblemLater } from './problem.ts'
import type { ServedElection, ServedElections } from './served-election.ts'

/**
 * Lets voting end later.
 * @param closesAtMs Unix milliseconds
 * @returns null where the public log says so now; a fault of the storage rejects
 */
export type ExtendVoting = (election: ServedElection, closesAtMs: number) => Promise<RefusalCode | null>

/** Each is an entry of the log that stays. */
const PER_SECOND = 6 / 60

export const ExtensionSchema = Type.Object(
  { closes_at: Type.String({ maxLength: 40, description: 'RFC 3339, later than voting ends as it is' }) },
  { title: 'Extension', additionalProperties: false },
)
export const ExtendedSchema = Type.Object(
  { election: Type.String(), closes_at: Type.String({ description: 'RFC 3339' }) },
  { title: 'Extended' },
)

export function extensionRoute(app: FastifyInstance, elections: ServedElections, extend: ExtendVoting): void {
  const rate = new Rate(PER_SECOND, performance.now())
  app.post(
    '/elections/:id/extensions',
    {
      config: { access: 'amend' },
      schema: { body: ExtensionSchema },
    },
    async (request, reply) => {
      const served = elections.byId.get((request.params as { id: string }).id)
      if (!served) return sendProblem(reply, 'unknown-election')
      const { closes_at } = request.body as Type.Static<typeof ExtensionSchema>
      const instant = readInstant(closes_at)
      if (typeof instant === 'string') return sendProblem(reply, 'malformed', `closes_at ${instant}`)
      if (served.phase() === 'closed') return sendProblem(reply, 'polls-closed')
      if (instant.ms <= served.election.closesAtMs) return sendProblem(reply, 'not-extended')
      const waitMs = rate.waitMs(performance.now())
      if (waitMs > 0) return sendProblemLater(reply, 'token-rate', Math.ceil(waitMs / 1000))
      rate.take(1, performance.now())
      const refusal = await extend(served, instant.ms)
      if (refusal !== null) return sendProblem(reply, refusal)
      return reply
        .header('cache-control', 'no-store')
        .send({ election: served.election.id, closes_at: new Date(instant.ms).toISOString() })
    },
  )
}
