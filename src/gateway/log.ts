/**
 * The public log over HTTP: the static files of its folder by the names the specification gives
 * them, and a proof for a tracker (docs/protocol.md, "The public log"). Anybody's page may read
 * them.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { fromBase64url } from '../core/election/text-bytes.ts'
import { bundleSpans } from '../core/tlog/entry-bundle.ts'
import { HASH_BYTES } from '../core/tlog/merkle.ts'
import { bundlePath, parseTilePath, TILE_WIDTH, type TilePath, tilePath } from '../core/tlog/tile.ts'
import { LogUnreadable } from '../ports/public-log.ts'
import { electionRoutes } from './election-routes.ts'
import { sendProblem } from './problem.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { type SentAs, sendShared, sharedDocument } from './shared-document.ts'
import { TileCache } from './tile-cache.ts'

const FOREVER = 'public, max-age=31536000, immutable'
/** A partial file never changes, but goes once the full one is there. */
const SHORT = 'public, max-age=60'
const CHECKPOINT_AGE = 'public, max-age=1'
const TEXT = 'text/plain; charset=utf-8'
const BINARY = 'application/octet-stream'

const NOTE = /^checkpoint(?:\.witnessed)?$/
/** Files beside the tiles. */
const PLAIN_FILE = /^(?:certification|definition|districts(?:-[0-9a-f]{64})?|genesis)\.json$/
const PDF = 'certification.pdf'
const TRACKER = /^proof\/([A-Za-z0-9_-]{43})$/

export function logRoutes(app: FastifyInstance, elections: ServedElections): void {
  const tiles = new TileCache()
  const nameOf = logNames()
  electionRoutes(app, elections, 'GET', '/log/*', {
    handle: (served, request, reply) => {
      reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin')
      const path = (request.params as { '*': string })['*']
      return answer(served, { tiles, nameOf }, path, request, reply).catch((cause: unknown) => {
        if (cause instanceof LogUnreadable) return sendProblem(reply, 'too-busy')
        throw cause
      })
    },
  })
}

interface Kept {
  readonly tiles: TileCache
  /** Two logs of one election id, one after the other, have two names. */
  readonly nameOf: (served: ServedElection) => number
}

function logNames(): Kept['nameOf'] {
  const names = new WeakMap<ServedElection, number>()
  let last = 0
  return (served) => {
    const name = names.get(served) ?? ++last
    names.set(served, name)
    return name
  }
}

function isOfLog(path: string): boolean {
  const isFile = NOTE.test(path) || PLAIN_FILE.test(path) || path === PDF
  return isFile || TRACKER.test(path) || parseTilePath(path) !== undefined
}

async function answer(
  served: ServedElection,
  { tiles, nameOf }: Kept,
  path: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { publicLog } = served
  const elsewhere = publicLog.elsewhere?.(TRACKER.test(path) ? 'proof' : 'file') ?? null
  if (elsewhere !== null && isOfLog(path))
    return reply.header('cache-control', 'no-store').redirect(`${elsewhere}${path}`, 307)
  if (NOTE.test(path))
    return send(request, reply, await publicLog.read(path), { type: TEXT, age: CHECKPOINT_AGE })
  if (PLAIN_FILE.test(path))
    return send(request, reply, await publicLog.read(path), { type: 'application/json', age: SHORT })
  if (path === PDF)
    return send(request, reply, await publicLog.read(path), { type: 'application/pdf', age: SHORT })
  const tracker = TRACKER.exec(path)?.[1]
  if (tracker !== undefined) return sendProof(served, tracker, reply)
  const tile = parseTilePath(path)
  if (tile === undefined) return sendProblem(reply, 'not-found')
  const age = tile.width === TILE_WIDTH ? FOREVER : SHORT
  const document = await tiles.get({
    name: `${nameOf(served)}/${path}`,
    compressible: tile.kind === 'entries',
    read: () => readTile(served, tile),
  })
  return document
    ? sendShared(request, reply, document, { type: BINARY, age })
    : sendProblem(reply, 'not-found')
}

/** A partial file that is gone was superseded by the full one, which begins with it. */
async function readTile({ publicLog }: ServedElection, tile: TilePath): Promise<Uint8Array | undefined> {
  const pathOf = (width: number) =>
    tile.kind === 'tile' ? tilePath({ ...tile, width }) : bundlePath({ ...tile, width })
  const bytes = await publicLog.read(pathOf(tile.width))
  if (bytes !== undefined || tile.width === TILE_WIDTH) return bytes
  const full = await publicLog.read(pathOf(TILE_WIDTH))
  if (full === undefined) return undefined
  if (tile.kind === 'tile') return full.subarray(0, tile.width * HASH_BYTES)
  return full.subarray(0, bundleSpans(full, TILE_WIDTH)[2 * tile.width - 1])
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: Uint8Array | undefined,
  as: SentAs,
): Promise<FastifyReply> {
  if (bytes === undefined) return sendProblem(reply, 'not-found')
  return sendShared(request, reply, sharedDocument(Buffer.from(bytes), undefined, 'never'), as)
}

async function sendProof(
  served: ServedElection,
  tracker: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const leaf = fromBase64url(tracker)
  if (leaf === undefined) return sendProblem(reply, 'not-found')
  const answered = await served.publicLog.proof(Uint8Array.from(leaf))
  if (typeof answered === 'string') return sendProblem(reply, answered)
  return reply.header('cache-control', 'no-store').type(TEXT).send(answered.proof)
}
