/**
 * Routes that tell the count: the snapshot, its stream and history, and the result documents to
 * download.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { resultsVisible } from '../core/election/phase.ts'
import type { HistorySnapshot } from '../core/tally/history.ts'
import { languageAsked, WORDS_LANGUAGES } from '../core/tally/result-reader.ts'
import { electionRoutes } from './election-routes.ts'
import { sendProblem } from './problem.ts'
import type { ResultDocuments } from './result-documents.ts'
import type { DocumentAsk, DocumentName } from './result-thread.ts'
import type { ResultsFeed, Wanted } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { accepts, type SharedDocument, sendShared, sharedDocument } from './shared-document.ts'

export interface ResultsDeps {
  /**
   * Whether these addresses need a token: then they are nobody's to keep, and no page's from
   * elsewhere to read.
   */
  readonly closed: boolean
  readonly feedOf: (served: ServedElection) => ResultsFeed
  readonly documentsOf: (served: ServedElection) => ResultDocuments
}

export const STREAM_QUERY = {
  type: 'object',
  properties: {
    last: { type: 'string', maxLength: 40 },
    deltas: { enum: ['1'] },
  },
}
/** A tag by RFC 5646 is short; which ones there are is the election's. */
const CSV_QUERY = {
  type: 'object',
  properties: { language: { type: 'string', minLength: 1, maxLength: 40 } },
}
/** What is news in a second. */
const NOW = 'public, max-age=1'
/** The log says what the result is: it changes no more. */
const FINAL = 'public, max-age=60'
/** For who has the token alone. */
const NOBODYS = 'private, no-cache'
const JSON_TYPE = 'application/json'

export function resultsRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  { feedOf, documentsOf, closed }: ResultsDeps,
): void {
  const access = 'results'
  const now = closed ? NOBODYS : NOW
  /**
   * Public as the log is, and like it for anybody's page to read: a verifier from elsewhere
   * compares the two.
   */
  const allowReading = (reply: FastifyReply): void => {
    if (!closed) reply.header('access-control-allow-origin', '*')
  }
  electionRoutes(app, elections, 'GET', '/results', {
    access,
    handle: async (served, request, reply) => {
      allowReading(reply)
      const snapshot = await feedOf(served).current()
      if (snapshot === null) return sendProblem(reply, 'too-busy')
      return sendShared(request, reply, snapshot.document, { type: JSON_TYPE, age: now })
    },
  })
  const historyOf = histories()
  electionRoutes(app, elections, 'GET', '/results/history', {
    access,
    handle: (served, request, reply) =>
      sendShared(request, reply, historyOf(served), { type: JSON_TYPE, age: now }),
  })
  electionRoutes(app, elections, 'GET', '/results/stream', {
    access,
    schema: { querystring: STREAM_QUERY },
    handle: (served, request, reply) => {
      const feed = feedOf(served)
      allowReading(reply)
      // A question about the stream is not a viewer of it.
      if (request.method === 'HEAD') return reply.type('text/event-stream; charset=utf-8').send()
      // Checked before the reply is taken out of the framework's hands, which cannot be undone.
      if (feed.viewers() >= feed.limit) return sendProblem(reply, 'too-busy')
      reply.hijack()
      feed.add(reply.raw, wantedBy(request, !closed))
      return reply
    },
  })
  const document = (name: DocumentName, type: string) =>
    electionRoutes(app, elections, 'GET', `/${name}`, {
      ...(name === 'results.csv' && { schema: { querystring: CSV_QUERY } }),
      access,
      handle: (served, request, reply) => {
        if (name === 'results.json') allowReading(reply)
        return download(served, documentsOf(served), request, reply, { name, type, closed })
      },
    })
  document('results.json', JSON_TYPE)
  document('results.csv', 'text/csv; charset=utf-8')
  document('results.cdf.json', JSON_TYPE)
}

function wantedBy(request: FastifyRequest, isPublic: boolean): Wanted {
  const { deltas } = request.query as { deltas?: string }
  const how = { deltas: deltas !== undefined, zipped: accepts(request, 'gzip'), isPublic }
  return { ...how, lastId: lastIdOf(request) }
}

/**
 * The event a returning viewer has. A page that opens a new stream cannot set the header; it names
 * it in the address.
 */
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
  { name, type, closed }: { readonly name: DocumentName; readonly type: string; readonly closed: boolean },
): Promise<FastifyReply> {
  const { election } = served
  // The maker asks the same; here nothing is made for who asks too early.
  if (!resultsVisible(election, served.phase())) return sendProblem(reply, 'results-after-close')
  const isFinal = served.publicLog.state()?.closed ?? false
  const ask = name === 'results.csv' ? csvAsked(served, request) : name
  if (ask === undefined) return sendProblem(reply, 'not-found', languagesOf(served))
  const found = await documents.current(ask)
  if (typeof found === 'string') return sendProblem(reply, found)
  reply.header('content-disposition', `attachment; filename="${election.id}-${name}"`)
  return sendShared(request, reply, found, { type, age: closed ? NOBODYS : isFinal ? FINAL : NOW })
}

/** @returns undefined where the election has no texts in the language that is asked for */
function csvAsked({ election }: ServedElection, { query }: FastifyRequest): DocumentAsk | undefined {
  const { language } = query as { language?: string }
  if (language === undefined) return 'results.csv'
  const found = languageAsked(election, language)
  return found === undefined ? undefined : { csvIn: found }
}

function languagesOf({ election: { languages } }: ServedElection): string {
  const all = languages.length === 0 ? WORDS_LANGUAGES : languages
  return `This table is there in these languages: ${all.join(', ')}`
}
