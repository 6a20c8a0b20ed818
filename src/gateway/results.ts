/** Routes that tell the count: the snapshot, its stream and history, and the result documents to download. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cdfReport } from '../core/tally/cdf.ts'
import { resultCsv } from '../core/tally/csv.ts'
import { resultText } from '../core/tally/result-text.ts'
import type { ShownResult } from '../core/tally/shown.ts'
import type { Clock } from '../ports/clock.ts'
import { electionRoutes } from './election-routes.ts'
import { sendProblem } from './problem.ts'
import type { ResultsFeed } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'

export interface ResultsDeps {
  readonly feedOf: (served: ServedElection) => ResultsFeed
  readonly clock: Clock
  readonly version: string
}

export function resultsRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  { feedOf, clock, version }: ResultsDeps,
): void {
  const tags = ['results']
  electionRoutes(app, elections, 'GET', '/results', {
    schema: { tags, summary: 'The count at this moment, as the dashboard shows it' },
    handle: (served, request, reply) => {
      allowReading(reply)
      const { id, json } = feedOf(served).current()
      return cached(request, reply, `"${id}"`, () => json)
    },
  })
  electionRoutes(app, elections, 'GET', '/results/history', {
    schema: { tags, summary: 'Each contest’s totals at past moments, where results are live' },
    handle: (served, request, reply) => {
      const history = served.tally.history()
      return cached(request, reply, `"${history.times.length}-${history.times.at(-1) ?? 0}"`, () =>
        JSON.stringify(history),
      )
    },
  })
  electionRoutes(app, elections, 'GET', '/results/stream', {
    schema: {
      tags,
      summary: 'Whole snapshots as server-sent events, at most ten a second',
      querystring: { type: 'object', properties: { last: { type: 'string', maxLength: 20 } } },
    },
    handle: (served, request, reply) => {
      const feed = feedOf(served)
      allowReading(reply)
      // A question about the stream is not a viewer of it.
      if (request.method === 'HEAD') return reply.type('text/event-stream; charset=utf-8').send()
      // Checked before the reply is taken out of the framework's hands, which cannot be undone.
      if (feed.viewers() >= feed.limit) return sendProblem(reply, 'too-busy')
      reply.hijack()
      feed.add(reply.raw, lastIdOf(request))
      return reply
    },
  })
  electionRoutes(app, elections, 'GET', '/results.json', {
    schema: { tags, summary: 'The result document: canonical, the bytes a recount gives' },
    handle: (served, _request, reply) =>
      download(served, allowReading(reply), 'results.json', 'application/json', resultText),
  })
  electionRoutes(app, elections, 'GET', '/results.csv', {
    schema: { tags, summary: 'The result as CSV, a line per contest, district and option' },
    handle: (served, _request, reply) =>
      download(served, reply, 'results.csv', 'text/csv; charset=utf-8', (shown) =>
        [...resultCsv(served.election, shown)].join(''),
      ),
  })
  electionRoutes(app, elections, 'GET', '/results.cdf.json', {
    schema: { tags, summary: 'The result as a NIST SP 1500-100 v2 election report' },
    handle: (served, _request, reply) =>
      download(served, reply, 'results.cdf.json', 'application/json', (shown) => {
        const { phase, election, roll } = served
        const made = { generatedAtMs: clock.nowMs(), version, phase: phase(), eligible: roll.eligible }
        return `${JSON.stringify(cdfReport(election, shown, made))}\n`
      }),
  })
}

/** Public as the log is, and like it for anybody's page to read: a verifier from elsewhere compares the two. */
function allowReading(reply: FastifyReply): FastifyReply {
  return reply.header('access-control-allow-origin', '*')
}

/** The snapshot a returning viewer has. A page that opens a new stream cannot set the header; it names it in the address. */
function lastIdOf({ headers, query }: FastifyRequest): string | undefined {
  const header = headers['last-event-id']
  return typeof header === 'string' ? header : (query as { last?: string }).last
}

/** Fresh for a second, then asked for again by its ETag. */
function cached(
  request: FastifyRequest,
  reply: FastifyReply,
  etag: string,
  body: () => string,
): FastifyReply {
  reply.header('cache-control', 'public, max-age=1').header('etag', etag)
  const held = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (held?.some((tag) => tag === etag || tag === '*')) return reply.code(304).send()
  return reply.type('application/json').send(body())
}

function download(
  served: ServedElection,
  reply: FastifyReply,
  name: string,
  type: string,
  body: (shown: ShownResult) => string,
): FastifyReply {
  const shown = served.tally.shown()
  if (shown === null) return sendProblem(reply, 'results-after-close')
  return reply
    .header('content-disposition', `attachment; filename="${served.election.id}-${name}"`)
    .header('cache-control', 'no-store')
    .type(type)
    .send(body(shown))
}
