/**
 * Health and metrics on a port of their own: plain HTTP for who keeps the server up, which
 * strangers do not reach. The same answers as the routes of the public port have, which then has
 * none.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { HealthAnswers } from './health.ts'
import { listenOn } from './listening.ts'
import { endWithProblem } from './problem.ts'

const CONNECTIONS = 64
const HEADER_BYTES = 8_192
const REQUEST_MS = 5_000
const KEEP_ALIVE_MS = 65_000

export interface OperationsServer {
  /** As `listenOn`. */
  readonly listen: (port: number, host: string, reusePort: boolean) => Promise<number>
  readonly stop: () => Promise<void>
}

export function operationsServer(answers: HealthAnswers): OperationsServer {
  const server: Server = createServer(
    {
      ...{ maxHeaderSize: HEADER_BYTES, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
      ...{ keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: 1_000 },
    },
    (request, response) => {
      answerHealth(answers, request, response)
    },
  )
  server.maxConnections = CONNECTIONS
  return {
    listen: (port, host, reusePort) => listenOn(server, port, host, reusePort),
    stop: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** On a bare response. */
export function answerHealth(
  answers: HealthAnswers,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  answer(answers, request, response).catch(() => response.destroy())
}

async function answer(
  answers: HealthAnswers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0]!
  if (!Object.hasOwn(answers, path)) return endWithProblem(response, 'not-found')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    return endWithProblem(response, 'method-not-allowed')
  }
  const made = await answers[path as keyof HealthAnswers]()
  if (typeof made === 'string') return endWithProblem(response, made)
  const { status, type, text } = made
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
