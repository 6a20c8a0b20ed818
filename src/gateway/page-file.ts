/** One built file, read once with the compressed copies the build made of it, and sent as the browser prefers. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { withWarning } from './in-clear-warning.ts'
import { accepts, holds, type SentAs } from './shared-document.ts'

/** Best first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const

export type SendPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply

const NOT_BUILT =
  '<!doctype html><html lang="en"><title>Not built</title><p>The pages are not built yet: run <code>npm run build</code>.'
const HTML: SentAs = { type: 'text/html; charset=utf-8', age: 'no-cache' }

/** Where the file is not there, what is sent says how to build it. */
export function pageFile(path: string): SendPage {
  return existsSync(path) ? builtFile(path, HTML) : sender(Buffer.from(NOT_BUILT), [], HTML)
}

/**
 * As {@link pageFile}, for pages on which people vote or read results: a warning stands on top where what they send can be
 * read on its way.
 */
export function warningPageFile(path: string, isInClear: (request: FastifyRequest) => boolean): SendPage {
  const page = pageFile(path)
  if (!existsSync(path)) return page
  const warned = Buffer.from(withWarning(readFileSync(path, 'utf8')))
  const copies = [
    { name: 'br', body: brotliCompressSync(warned) },
    { name: 'gzip', body: gzipSync(warned) },
  ]
  const warning = sender(warned, copies, HTML)
  return (request, reply) => (isInClear(request) ? warning : page)(request, reply)
}

/** @throws where the file cannot be read */
export function builtFile(path: string, as: SentAs): SendPage {
  const copies = ENCODINGS.flatMap(({ name, suffix }) =>
    existsSync(path + suffix) ? [{ name, body: readFileSync(path + suffix) }] : [],
  )
  return sender(readFileSync(path), copies, as)
}

interface Copy {
  readonly name: string
  readonly body: Buffer
}

function sender(plain: Buffer, copies: readonly Copy[], { type, age }: SentAs): SendPage {
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  return (request, reply) => {
    const copy = copies.find(({ name }) => accepts(request, name))
    const etag = copy === undefined ? `"${tag}"` : `"${tag}-${copy.name}"`
    reply.header('vary', 'accept-encoding').header('cache-control', age).header('etag', etag)
    // A page that is not there has words of its own, whatever the browser holds.
    if (reply.statusCode === 200 && holds(request, etag)) return reply.code(304).send()
    if (copy !== undefined) reply.header('content-encoding', copy.name)
    return reply.type(type).send(copy?.body ?? plain)
  }
}
