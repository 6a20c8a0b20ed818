/**
 * `GET /challenge`: a challenge for who was told `challenge-needed`, where the server gives out
 * any.
 */
import type { FastifyInstance } from 'fastify'
import { CHALLENGE_BITS, readChallenge } from '../core/access/challenge.ts'
import type { Challenges } from './challenges.ts'
import { sendProblem } from './problem.ts'

export function challengeRoute(app: FastifyInstance, challenges: Challenges | undefined): void {
  app.get('/challenge', async (request, reply) => {
    if (challenges === undefined) return sendProblem(reply, 'not-found')
    const challenge = challenges.make(request.raw)
    const expires_at = new Date(readChallenge(challenge)!.expiresS * 1000).toISOString()
    return reply.header('cache-control', 'no-store').send({ challenge, bits: CHALLENGE_BITS, expires_at })
  })
}
