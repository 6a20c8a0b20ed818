/**
 * One built file, read once with the compressed copies the build made of it, and sent as the
 * browser prefers.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { withWarning } from './in-clear-warning.ts'
import { accepts, holds, type SentAs } from './shared-document.ts'
import { rebased, type Site } from './site.ts'

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
export function pageFile(path: string, site: Site): SendPage {
  if (!existsSync(path)) return sender(Buffer.from(NOT_BUILT), [], HTML)
  if (site.path === '/') return builtFile(path, HTML)
  return textPage(rebased(readFileSync(path, 'utf8'), site))
}

/** A page made here, of a built one. Where that is not there, what is sent says how to build it. */
export function textPage(html = NOT_BUILT): SendPage {
  const plain = Buffer.from(html)
  const copies = [
    { name: 'br', body: brotliCompressSync(plain) },
    { name: 'gzip', body: gzipSync(plain) },
  ]
  return sender(plain, copies, HTML)
}

/** The same page with a warning on top, for those whose connection others can read. */
export function warningInClear(
  page: SendPage,
  html: string | undefined,
  isInClear: (request: FastifyRequest) => boolean,
): SendPage {
  if (html === undefined) return page
  // Made when it is first asked for.
  let warning: SendPage | undefined
  return (request, reply) => {
    if (!isInClear(request)) return page(request, reply)
    warning ??= textPage(withWarning(html))
    return warning(request, reply)
  }
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
