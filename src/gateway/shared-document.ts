/**
 * A document that is made once and sent to all who ask: one buffer, one compressed copy, a strong
 * ETag for each of the two (RFC 9110, section 8.8.3).
 */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SpareTime } from './spare-time.ts'

export interface SharedDocument {
  readonly bytes: Buffer
  /** Without its quotes. */
  readonly tag: string
  /**
   * The compressed copy, made when it is first asked for; undefined where it would save nothing.
   */
  readonly gzipped: () => Promise<Buffer | undefined>
}

export interface SentAs {
  readonly type: string
  /** `Cache-Control`. */
  readonly age: string
}

const GZIP_FROM_BYTES = 1_000
const compressed = promisify(gzip)

/**
 * When to compress: always, never (what is random gets no shorter), or as long as there is time for
 * it.
 */
export type Compressing = 'always' | 'never' | SpareTime

/** @param sha256 of the bytes, base64url, where it is known */
export function sharedDocument(
  bytes: Buffer,
  sha256 = sha256Of(bytes),
  compressing: Compressing = 'always',
): SharedDocument {
  let making: Promise<Buffer | undefined> | undefined
  const make = async (): Promise<Buffer | undefined> => {
    const startMs = performance.now()
    const copy = await compressed(bytes, { level: constants.Z_BEST_SPEED })
    if (typeof compressing === 'object') compressing.charge(performance.now() - startMs)
    return copy.length < bytes.length ? copy : undefined
  }
  return {
    bytes,
    tag: sha256.slice(0, 22),
    gzipped: async () => {
      if (compressing === 'never' || bytes.length < GZIP_FROM_BYTES) return undefined
      if (making === undefined && typeof compressing === 'object' && compressing.waitMs() > 0)
        return undefined
      making ??= make()
      return making
    },
  }
}

/** Answers with the document, or that the reader has it (304); its status is the caller's. */
export async function sendShared(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, tag, gzipped }: SharedDocument,
  { type, age }: SentAs,
): Promise<FastifyReply> {
  reply.header('cache-control', age).header('vary', 'accept-encoding')
  const wantsGzip = accepts(request, 'gzip')
  // Before anything is compressed: whoever has the copy has it.
  const held = wantsGzip && holds(request, `"${tag}-gzip"`)
  const copy = wantsGzip && !held ? await gzipped() : undefined
  const etag = held || copy ? `"${tag}-gzip"` : `"${tag}"`
  reply.header('etag', etag)
  if (held || holds(request, etag)) return reply.code(304).send()
  reply.type(type)
  return copy ? reply.header('content-encoding', 'gzip').send(copy) : reply.send(bytes)
}

/** Whether the reader has what the ETag names (RFC 9110, section 13.1.2). */
export function holds({ headers }: FastifyRequest, etag: string): boolean {
  const held = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return held?.some((tag) => tag === etag || tag === '*') ?? false
}

/** RFC 9110 section 12.5.3, as far as readers use it: a weight of 0 refuses. */
export function accepts({ headers }: FastifyRequest, encoding: string): boolean {
  return [headers['accept-encoding'] ?? []].flat().some((line) =>
    line.split(',').some((item) => {
      const [name, ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
      return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    }),
  )
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
