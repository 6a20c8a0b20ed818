/** Routes that tell the count: the snapshot, its stream and history, and the result documents to download. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { resultsVisible } from '../core/election/phase.ts'
import type { HistorySnapshot } from '../core/tally/history.ts'
import { electionRoutes } from './election-routes.ts'
import { sendProblem } from './problem.ts'
import type { ResultDocuments } from './result-documents.ts'
import type { DocumentName } from './result-thread.ts'
import type { ResultsFeed, Wanted } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { accepts, type SharedDocument, sendShared, sharedDocument } from './shared-document.ts'

export interface ResultsDeps {
  readonly feedOf: (served: ServedElection) => ResultsFeed
  readonly documentsOf: (served: ServedElection) => ResultDocuments
}

const STREAM_QUERY = {
  type: 'object',
  properties: {
    last: { type: 'string', maxLength: 40, description: 'The id of the last event there was' },
    deltas: { enum: ['1'], description: 'One whole snapshot, then what changes' },
  },
}
/** What is news in a second. */
const NOW = 'public, max-age=1'
/** The log says what the result is: it changes no more. */
const FINAL = 'public, max-age=60'
const JSON_TYPE = 'application/json'

export function resultsRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  { feedOf, documentsOf }: ResultsDeps,
): void {
  electionRoutes(app, elections, 'GET', '/results', {
    handle: async (served, request, reply) => {
      allowReading(reply)
      const snapshot = await feedOf(served).current()
      if (snapshot === null) return sendProblem(reply, 'too-busy')
      return sendShared(request, reply, snapshot.document, { type: JSON_TYPE, age: NOW })
    },
  })
  const historyOf = histories()
  electionRoutes(app, elections, 'GET', '/results/history', {
    handle: (served, request, reply) =>
      sendShared(request, reply, historyOf(served), { type: JSON_TYPE, age: NOW }),
  })
  electionRoutes(app, elections, 'GET', '/results/stream', {
    schema: { querystring: STREAM_QUERY },
    handle: (served, request, reply) => {
      const feed = feedOf(served)
      allowReading(reply)
      // A question about the stream is not a viewer of it.
      if (request.method === 'HEAD') return reply.type('text/event-stream; charset=utf-8').send()
      // Checked before the reply is taken out of the framework's hands, which cannot be undone.
      if (feed.viewers() >= feed.limit) return sendProblem(reply, 'too-busy')
      reply.hijack()
      feed.add(reply.raw, wantedBy(request))
      return reply
    },
  })
  const document = (name: DocumentName, type: string) =>
    electionRoutes(app, elections, 'GET', `/${name}`, {
      handle: (served, request, reply) => {
        if (name === 'results.json') allowReading(reply)
        return download(served, documentsOf(served), request, reply, { name, type })
      },
    })
  document('results.json', JSON_TYPE)
  document('results.csv', 'text/csv; charset=utf-8')
  document('results.cdf.json', JSON_TYPE)
}

/** Public as the log is, and like it for anybody's page to read: a verifier from elsewhere compares the two. */
function allowReading(reply: FastifyReply): FastifyReply {
  return reply.header('access-control-allow-origin', '*')
}

function wantedBy(request: FastifyRequest): Wanted {
  const { deltas } = request.query as { deltas?: string }
  return { deltas: deltas !== undefined, lastId: lastIdOf(request), zipped: accepts(request, 'gzip') }
}

/** The event a returning viewer has. A page that opens a new stream cannot set the header; it names it in the address. */
function lastIdOf({ headers, query }: FastifyRequest): string | undefined {
  const header = headers['last-event-id']
  return typeof header === 'string' ? header : (query as { last?: string }).last
}

/** Each election's history as a document; it grows every ten seconds at most. */
function histories(): (served: ServedElection) => SharedDocument {
  const kept = new WeakMap<HistorySnapshot, SharedDocument>()
  return ({ tally }) => {
    const history = tally.history()
    const made = kept.get(history) ?? sharedDocument(Buffer.from(JSON.stringify(history)))
    kept.set(history, made)
    return made
  }
}

async function download(
  served: ServedElection,
  documents: ResultDocuments,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, type }: { readonly name: DocumentName; readonly type: string },
): Promise<FastifyReply> {
  const { election } = served
  // The maker asks the same; here nothing is made for who asks too early.
  if (!resultsVisible(election, served.phase())) return sendProblem(reply, 'results-after-close')
  const isFinal = served.publicLog.state()?.closed ?? false
  const found = await documents.current(name)
  if (typeof found === 'string') return sendProblem(reply, found)
  reply.header('content-disposition', `attachment; filename="${election.id}-${name}"`)
  return sendShared(request, reply, found, { type, age: isFinal ? FINAL : NOW })
}
