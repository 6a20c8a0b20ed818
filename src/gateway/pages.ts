/** The pages, as Vite built them: HTML always fresh, assets named by their content and kept for good. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'

/** @param dir what `npm run build` writes; without it the API works and the pages say what to do */
export async function pageRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  dir: string,
): Promise<void> {
  const assets = join(dir, 'assets')
  if (existsSync(assets))
    await app.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      immutable: true,
      maxAge: '365d',
      index: false,
      decorateReply: false,
    })
  const dashboard = readPage(join(dir, 'dashboard', 'index.html'))
  const page = (reply: FastifyReply) =>
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(dashboard)

  const schema = { hide: true }
  app.get('/', { schema }, (_request, reply) => page(reply))
  app.get('/e/:id/results', { schema }, (request, reply) =>
    elections.byId.has((request.params as { id: string }).id)
      ? page(reply)
      : sendProblem(reply, 'unknown-election'),
  )
}

const NOT_BUILT =
  '<!doctype html><html lang="en"><title>Not built</title><p>The pages are not built yet: run <code>npm run build</code>.'

function readPage(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : NOT_BUILT
}
