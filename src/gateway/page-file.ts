/** One page, read once with the compressed copies the build made of it, and sent as the browser prefers. */
import { existsSync, readFileSync } from 'node:fs'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Best first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const

export type SendPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply

const NOT_BUILT =
  '<!doctype html><html lang="en"><title>Not built</title><p>The pages are not built yet: run <code>npm run build</code>.'

/** Where the file is not there, what is sent says how to build it. */
export function pageFile(path: string): SendPage {
  const plain = existsSync(path) ? readFileSync(path) : Buffer.from(NOT_BUILT)
  const copies = ENCODINGS.flatMap(({ name, suffix }) =>
    existsSync(path) && existsSync(path + suffix) ? [{ name, body: readFileSync(path + suffix) }] : [],
  )
  return (request, reply) => {
    const copy = copies.find(({ name }) => accepts(request.headers['accept-encoding'], name))
    if (copy !== undefined) reply.header('content-encoding', copy.name)
    return reply
      .header('vary', 'accept-encoding')
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(copy?.body ?? plain)
  }
}

/** RFC 9110 section 12.5.3, as far as browsers use it: a weight of 0 refuses. */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  return [header ?? []].flat().some((line) =>
    line.split(',').some((item) => {
      const [name, ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
      return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    }),
  )
}
