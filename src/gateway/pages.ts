/**
 * The pages, as Vite built them: HTML always fresh, assets named by their content and kept for good, both compressed.
 * They are sent from memory: a reader who does not read holds no open file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { allowFraming } from './framing.ts'
import { builtFile, pageFile, warningInClear } from './page-file.ts'
import { sendProblem } from './problem.ts'
import type { ServedElections } from './served-election.ts'
import { allowWorkerReading } from './verifier-page.ts'

const FOREVER = 'public, max-age=31536000, immutable'
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** @param dir what `npm run build` writes; without it the API works and the pages say what to do */
export function pageRoutes(
  app: FastifyInstance,
  elections: ServedElections,
  dir: string,
  isInClear: (request: FastifyRequest) => boolean,
): void {
  assetRoute(app, join(dir, 'assets'))
  const path = join(dir, 'dashboard', 'index.html')
  const html = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const dashboard = warningInClear(pageFile(path), html, isInClear)
  const results = (request: FastifyRequest, reply: FastifyReply) => {
    // `?embed=CONTEST` is the count alone, for other sites to show in a frame.
    if ((request.query as { embed?: string }).embed !== undefined) allowFraming(reply)
    return dashboard(request, reply)
  }

  app.get('/', results)
  app.get('/e/:id/results', (request, reply) =>
    elections.byId.has((request.params as { id: string }).id)
      ? results(request, reply)
      : sendProblem(reply, 'unknown-election'),
  )
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
