/**
 * `/openapi.json` and `/docs`: the description of the API, and a page to read it by; made or read
 * once for everybody.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { apiDocument } from './openapi/document.ts'
import { type SharedDocument, sendShared, sharedDocument } from './shared-document.ts'
import type { Site } from './site.ts'

const AGE = 'public, max-age=60'
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
}

export async function apiDocs(app: FastifyInstance, version: string, { path }: Site): Promise<void> {
  const made = apiDocument(version)
  const document = path === '/' ? made : { ...made, servers: [{ url: path }] }
  // The page's package asks for it; it makes nothing of routes here.
  await app.register(swagger, { mode: 'static', specification: { document: document as never } })
  let described: SharedDocument | undefined
  const description = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    described ??= sharedDocument(Buffer.from(JSON.stringify(document)))
    return sendShared(request, reply, described, { type: 'application/json', age: AGE })
  }
  app.get('/openapi.json', description)
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    ...(path !== '/' && { indexPrefix: path }),
    staticCSP: true,
    uiHooks: {
      onRequest: async (request, reply) => {
        if (new URL(request.url, 'http://localhost').pathname === '/docs/json')
          return description(request, reply)
      },
    },
  })
  fileRoutes(app)
}

/**
 * The page's files, of which the largest has 1.7 MB, ahead of the package's own route, which opens
 * one for each reader.
 */
function fileRoutes(app: FastifyInstance): void {
  const dir = fileURLToPath(new URL('./static/', import.meta.resolve('@fastify/swagger-ui')))
  for (const name of readdirSync(dir)) {
    const type = TYPES[extname(name)]
    if (type === undefined || name === 'index.html') continue
    let file: SharedDocument | undefined
    app.get(`/docs/static/${name}`, (request, reply) => {
      file ??= sharedDocument(readFileSync(join(dir, name)))
      return sendShared(request, reply, file, { type, age: AGE })
    })
  }
}
