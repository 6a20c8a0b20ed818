/**
 * The pages, as Vite built them: HTML always fresh, assets named by their content and kept for
 * good, both compressed. They are sent from memory: a reader who does not read holds no open file.
 */
import { existsSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { allowFraming } from './framing.ts'
import { indexPage } from './index-page.ts'
import { builtFile } from './page-file.ts'
import type { PagesAt } from './pages-at.ts'
import { sendProblem } from './problem.ts'
import { resultsPage } from './results-page.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import type { Site } from './site.ts'
import { allowWorkerReading } from './verifier-page.ts'

const FOREVER = 'public, max-age=31536000, immutable'
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** @param dir what `npm run build` writes; without it the API works and the pages say what to do */
export function pageRoutes(app: FastifyInstance, elections: ServedElections, dir: string, at: PagesAt): void {
  const { site, hasDefault } = at
  assetRoute(app, join(dir, 'assets'))
  const dashboard = resultsPage(join(dir, 'dashboard', 'index.html'), at)
  const results = (served: ServedElection, request: FastifyRequest, reply: FastifyReply) => {
    // `?embed=CONTEST` is the count alone, for other sites to show in a frame.
    if ((request.query as { embed?: string }).embed !== undefined) allowFraming(reply)
    return dashboard(served, request, reply)
  }
  const index = indexPage(elections, site, styleIn(dir, site))

  app.get('/', (request, reply) =>
    elections.byId.size > 1 && !hasDefault
      ? index(request, reply)
      : results(elections.default, request, reply),
  )
  for (const url of ['/e/:id/results', '/e/:id/results/'])
    app.get(url, (request, reply) => {
      const served = elections.byId.get((request.params as { id: string }).id)
      return served ? results(served, request, reply) : sendProblem(reply, 'unknown-election')
    })
}

/** The address of the style sheet that all pages have. */
function styleIn(dir: string, { path }: Site): string | undefined {
  const assets = join(dir, 'assets')
  const name = existsSync(assets) && readdirSync(assets).find((file) => /^base-[\w-]+\.css$/.test(file))
  return name ? `${path}assets/${name}` : undefined
}

function assetRoute(app: FastifyInstance, dir: string): void {
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => !/\.(?:br|gz)$/.test(name)) : []
  const files = new Map(
    names.map((name) => {
      const type = TYPES[extname(name)] ?? 'application/octet-stream'
      return [name, builtFile(join(dir, name), { type, age: FOREVER })]
    }),
  )
  app.get('/assets/:name', (request, reply) => {
    const { name } = request.params as { name: string }
    const file = files.get(name)
    if (file === undefined) return sendProblem(reply, 'not-found')
    allowWorkerReading(reply, name)
    return file(request, reply)
  })
}
