/** The pages, as Vite built them: HTML always fresh, assets named by their content and kept for good, both compressed. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { allowFraming } from './framing.ts'
import { pageFile } from './page-file.ts'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'
import { allowWorkerReading } from './verifier-page.ts'

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
      preCompressed: true,
      setHeaders: allowWorkerReading,
      index: false,
      decorateReply: false,
    })
  const dashboard = pageFile(join(dir, 'dashboard', 'index.html'))
  const results = (request: FastifyRequest, reply: FastifyReply) => {
    // `?embed=CONTEST` is the count alone, for other sites to show in a frame.
    if ((request.query as { embed?: string }).embed !== undefined) allowFraming(reply)
    return dashboard(request, reply)
  }

  const schema = { hide: true }
  app.get('/', { schema }, results)
  app.get('/e/:id/results', { schema }, (request, reply) =>
    elections.byId.has((request.params as { id: string }).id)
      ? results(request, reply)
      : sendProblem(reply, 'unknown-election'),
  )
}
