/**
 * The control socket: commands ask the process that owns a data folder, over HTTP with JSON on a
 * socket that its owner alone may open. Every request is bounded and authenticated before anything
 * of it is looked at.
 */
import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { listenAt } from '../../adapters/control/place.ts'
import {
  CONTROL_VERSION,
  type ControlCode,
  controlProblem,
  MAX_REQUEST_BYTES,
  REQUEST_ID_HEADER,
  VERSION_HEADER,
} from '../../adapters/control/wire.ts'
import { boundedBody } from '../../adapters/node/bounded-body.ts'
import type { ControlAnswer, ControlApi } from './api.ts'
import { requestAt } from './requests.ts'

export interface ControlSocket {
  /** Takes no more requests; those under way end with the changes they wait for. */
  readonly close: () => Promise<void>
}

const CONNECTIONS = 32
const HEADER_BYTES = 8_192
/** For a request to arrive; its answer may take as long as the change. */
const REQUEST_MS = 5_000

/**
 * To be called by who holds the folder's lock.
 * @param file `control.json`
 */
export async function openControl(file: string, api: ControlApi, log: Logger): Promise<ControlSocket> {
  let token = Buffer.alloc(0)
  const underWay = new Set<ServerResponse>()
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: 1_000,
      keepAlive: false,
    },
    (request, response) => {
      underWay.add(response)
      response.once('close', () => underWay.delete(response))
      answer(request, response, token, api).catch((err) => {
        log.error({ err }, 'a request to the control socket failed')
        send(response, problem('fault'))
      })
    },
  )
  server.maxConnections = CONNECTIONS
  server.maxHeadersCount = 50
  const { place, release } = await listenAt(server, file)
  token = Buffer.from(`Bearer ${place.token}`)
  return {
    close: async () => {
      release()
      const closed = once(server, 'close')
      server.close()
      await Promise.all([...underWay].map((response) => settled(response)))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Its last byte is with the system, or nobody waits for it. */
function settled(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (response.writableFinished || response.destroyed) resolve()
  response.once('finish', resolve).once('close', resolve)
  return promise
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: Buffer,
  api: ControlApi,
): Promise<void> {
  const { headers, method, url = '' } = request
  if (!isToken(headers.authorization, token)) return send(response, problem('unauthorised'))
  if (headers[VERSION_HEADER] !== String(CONTROL_VERSION)) return send(response, otherVersion())
  const found = requestAt(url)
  if (found === undefined) return send(response, problem('not-found'))
  if (method !== found.method) return send(response, problem('method-not-allowed'))
  const body = method === 'GET' ? '' : await bodyOf(request)
  if (typeof body !== 'string') return send(response, problem(body.code))
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  send(
    response,
    await api({
      ...{ request: found.request, body, left: gone.signal },
      requestId: headers[REQUEST_ID_HEADER] as string | undefined,
      ifMatch: headers['if-match'],
    }),
  )
}

/** In a time that tells nothing of the token. */
function isToken(header: string | undefined, token: Buffer): boolean {
  const given = Buffer.from(header ?? '')
  return given.length === token.length && timingSafeEqual(given, token)
}

async function bodyOf(request: IncomingMessage): Promise<string | { readonly code: ControlCode }> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) return { code: 'not-json' }
  if (Number(request.headers['content-length']) > MAX_REQUEST_BYTES) return { code: 'body-too-large' }
  const bytes = await boundedBody(request, MAX_REQUEST_BYTES)
  return bytes === undefined ? { code: 'body-too-large' } : bytes.toString('utf8')
}

function problem(code: ControlCode): ControlAnswer {
  const value = controlProblem(code)
  return { status: value.status, value }
}

/** It says which version this is, so that whoever asked can say so. */
function otherVersion(): ControlAnswer {
  const { status, value } = problem('wrong-version')
  return { status, value: { ...(value as object), control: CONTROL_VERSION } }
}

/** One request a connection: whatever was not read of it ends with it. */
function send(response: ServerResponse, { status, value }: ControlAnswer): void {
  if (response.headersSent || response.destroyed) return
  const body = Buffer.from(JSON.stringify(value))
  response.writeHead(status, {
    'content-type': status === 200 ? 'application/json' : 'application/problem+json',
    'content-length': body.length,
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(body)
}
