/** Routes that tell the count: the snapshot, its stream, and the result documents to download. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { resultsVisible } from '../core/election/phase.ts'
import { resultCsv } from '../core/tally/csv.ts'
import { resultText } from '../core/tally/result.ts'
import { electionRoutes } from './election-routes.ts'
import { sendProblem } from './problem.ts'
import type { ResultsFeed } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'

export function resultsRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  feedOf: (served: ServedElection) => ResultsFeed,
): void {
  const tags = ['results']
  electionRoutes(app, elections, 'GET', '/results', {
    schema: { tags, summary: 'The count at this moment, as the dashboard shows it' },
    handle: (served, _request, reply) =>
      reply
        .header('cache-control', 'public, max-age=1')
        .type('application/json')
        .send(feedOf(served).current()),
  })
  electionRoutes(app, elections, 'GET', '/results/stream', {
    schema: { tags, summary: 'Whole snapshots as server-sent events, at most ten a second' },
    handle: (served, _request, reply) => {
      const feed = feedOf(served)
      // Checked before the reply is taken out of the framework's hands, which cannot be undone.
      if (feed.viewers() >= feed.limit) return sendProblem(reply, 'too-busy')
      reply.hijack()
      feed.add(reply.raw)
      return reply
    },
  })
  electionRoutes(app, elections, 'GET', '/results.json', {
    schema: { tags, summary: 'The result document: canonical, the bytes a recount gives' },
    handle: (served, _request, reply) =>
      download(served, reply, 'json', 'application/json', () => resultText(served.tally.result())),
  })
  electionRoutes(app, elections, 'GET', '/results.csv', {
    schema: { tags, summary: 'The result as CSV, a line per contest, district and option' },
    handle: (served, _request, reply) =>
      download(served, reply, 'csv', 'text/csv; charset=utf-8', () =>
        [...resultCsv(served.election, served.tally.result())].join(''),
      ),
  })
}

function download(
  served: ServedElection,
  reply: FastifyReply,
  extension: string,
  type: string,
  body: () => string,
): FastifyReply {
  if (!resultsVisible(served.election, served.phase())) return sendProblem(reply, 'results-after-close')
  return reply
    .header('content-disposition', `attachment; filename="${served.election.id}-results.${extension}"`)
    .header('cache-control', 'no-store')
    .type(type)
    .send(body())
}
