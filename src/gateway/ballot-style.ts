/**
 * `POST /elections/ID/ballot-style`: which contests a voter's key entitles to, asked before the
 * ballot is shown.
 *
 * It casts nothing and uses nothing up. A wrong key counts against the same limit as in casting and
 * is refused in the same words, so it tells a guesser nothing that casting does not. There is no
 * GET: a key belongs in no address.
 */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { MAX_PERSONAL_ID } from '../core/election/credential.ts'
import type { SlowDoor } from './cast-batch.ts'
import { sendProblem, sendProblemLater } from './problem.ts'
import type { ServedElections } from './served-election.ts'
import type { Held, SlowLane } from './slow-lane.ts'
import { MAX_GUID } from './vote-body.ts'

const MAX_BODY_BYTES = 2_048

export const KeyBodySchema = Type.Object(
  {
    personal_id: Type.String({ minLength: 1, maxLength: MAX_PERSONAL_ID }),
    guid: Type.String({ minLength: 1, maxLength: MAX_GUID }),
  },
  { title: 'Voter key' },
)

export const BallotStyleSchema = Type.Object(
  {
    district: Type.String({ description: 'The district’s id' }),
    contests: Type.Array(Type.String(), {
      description: 'Ids of the contests on this voter’s ballot, in order',
    }),
    used: Type.Boolean({ description: 'false: a used key is refused' }),
  },
  { title: 'Ballot style' },
)

export function ballotStyleRoute(
  app: FastifyInstance,
  elections: ServedElections,
  { limit, lane, challenges }: SlowDoor,
): void {
  app.post(
    '/elections/:id/ballot-style',
    {
      bodyLimit: MAX_BODY_BYTES,
      config: { access: 'cast' },
      schema: { body: KeyBodySchema },
    },
    async (request, reply) => {
      const served = elections.byId.get((request.params as { id: string }).id)
      if (!served) return sendProblem(reply, 'unknown-election')
      const { personal_id, guid } = request.body as Type.Static<typeof KeyBodySchema>
      const held = limit.heldBy(request.raw)
      const goesAhead = held === null || lane.mayPass(held) || challenges?.passes(request.raw)
      if (!goesAhead && challenges !== undefined && lane.isCrowded(held))
        return sendProblem(reply, 'challenge-needed')
      const style = goesAhead
        ? await served.ballotStyle(personal_id, guid)
        : await slowly(lane, held, () => served.ballotStyle(personal_id, guid))
      if (typeof style !== 'string')
        return reply.header('cache-control', 'no-store').send({ ...style, used: false })
      if (style !== 'unknown-key') return sendProblem(reply, style)
      const from = limit.countedFor(request.raw)
      const answer = limit.wrongKey(from, personal_id)
      if (answer === 'unknown-key') return sendProblem(reply, answer)
      return sendProblemLater(reply, answer, limit.waitS(from, personal_id))
    },
  )
}

/** When its turn has come; `too-busy` where there is no room. */
function slowly<Style>(lane: SlowLane, who: Held, ask: () => Promise<Style>): Promise<Style | 'too-busy'> {
  return new Promise((resolve, reject) => {
    if (!lane.add(who, () => ask().then(resolve, reject))) resolve('too-busy')
  })
}
