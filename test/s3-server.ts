/**
 * An S3 server for tests, versitygw over a folder, and a proxy before it that injects faults.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { s3Program } from './go-tools.ts'

export const KEY_ID = 'test-key'
export const SECRET = 'test-secret-0123456789'

export interface S3Server {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string
  readonly port: number
  readonly makeBucket: (name: string) => void
  /** Makes a bucket's objects readable without a key. */
  readonly publish: (name: string) => Promise<void>
  readonly removeBucket: (name: string) => void
  /** Returns the keys of a bucket's objects. */
  readonly keys: (bucket: string) => readonly string[]
  readonly stop: () => Promise<void>
}

const START_MS = 60_000
const TRIES = 3

export async function s3Server(): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), 's3-'))
  const [objects, sidecar] = [join(folder, 'objects'), join(folder, 'sidecar')]
  for (const made of [objects, sidecar]) mkdirSync(made)
  const { child, port } = await started(objects, sidecar)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    makeBucket: (name) => mkdirSync(join(objects, name)),
    publish: (name) => letEverybodyRead(`http://127.0.0.1:${port}`, name),
    removeBucket: (name) => {
      for (const root of [objects, sidecar]) rmSync(join(root, name), { recursive: true, force: true })
    },
    keys: (bucket) =>
      readdirSync(join(objects, bucket), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(objects, bucket).length + 1))
        .filter((key) => !key.startsWith('.sgwtmp')),
    stop: async () => {
      const ended = once(child, 'exit')
      if (child.exitCode === null && child.kill('SIGKILL')) await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Another process may take the free port first: then another port is tried. */
async function started(objects: string, sidecar: string): Promise<{ child: ChildProcess; port: number }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort()
    const child = spawn(
      s3Program(),
      ['--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', 'posix', '--sidecar', sidecar, objects],
      {
        env: { ...process.env, ROOT_ACCESS_KEY_ID: KEY_ID, ROOT_SECRET_ACCESS_KEY: SECRET },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    try {
      await answers(child, port)
      return { child, port }
    } catch (error) {
      child.kill('SIGKILL')
      if (tries === TRIES) throw error
    }
  }
}

async function letEverybodyRead(endpoint: string, bucket: string): Promise<void> {
  const statement = {
    ...{ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'] },
    Resource: [`arn:aws:s3:::${bucket}/*`],
  }
  const body = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const signed = await new AwsV4Signer({
    ...{ method: 'PUT', url: `${endpoint}/${bucket}?policy=`, service: 's3', region: 'us-east-1' },
    ...{ accessKeyId: KEY_ID, secretAccessKey: SECRET },
    headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
  }).sign()
  const answer = await fetch(signed.url, { method: 'PUT', headers: signed.headers, body })
  if (!answer.ok) throw new Error(`the bucket’s policy: ${answer.status} ${await answer.text()}`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(child: ChildProcess, port: number): Promise<void> {
  let said = ''
  child.stderr!.on('data', (chunk) => {
    said += chunk
  })
  const untilMs = performance.now() + START_MS
  while (performance.now() < untilMs) {
    if (child.exitCode !== null) throw new Error(`the S3 server ended: ${said}`)
    // Any answer will do, including the refusal of a request without a key.
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
    if (answer !== undefined) return
    await sleep(50)
  }
  throw new Error(`the S3 server does not answer: ${said}`)
}

/** What the proxy does with one request. */
export type Fate =
  | 'pass'
  /** Answers 503 SlowDown and passes nothing on. */
  | 'slow-down'
  /** Passes half of the body on, then cuts the connection. */
  | 'cut-upload'
  /** Passes the request on and drops the answer. */
  | 'lost-answer'
  /** Never answers. */
  | 'silent'
  /** Answers as if the credentials had expired. */
  | 'expired'
  /** Behaves like a store that ignores conditions. */
  | 'unconditional'
  /** Behaves like a store that refuses conditions. */
  | 'not-implemented'
  /** Passes the request on when {@link S3Proxy.release} is called. */
  | 'held'

export interface Request {
  readonly method: string
  /** Path with the bucket, without a leading slash. */
  readonly key: string
  readonly conditional: boolean
}

export interface S3Proxy {
  readonly endpoint: string
  /** Sets the function that decides on each request. */
  decide: (request: Request) => Fate
  readonly seen: Request[]
  /** Passes on all held requests. */
  readonly release: () => void
  /** Resolves when the released requests have been answered. */
  readonly settled: () => Promise<unknown>
  readonly stop: () => Promise<void>
}

const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code>' +
  '<Message>Please reduce your request rate.</Message></Error>'
const EXPIRED = '<?xml version="1.0"?><Error><Code>ExpiredToken</Code></Error>'
const NOT_IMPLEMENTED = '<?xml version="1.0"?><Error><Code>NotImplemented</Code></Error>'

export async function s3Proxy(to: Pick<S3Server, 'port'>): Promise<S3Proxy> {
  let held: (() => Promise<void>)[] = []
  const going: Promise<void>[] = []
  const server: Server = createServer((incoming, outgoing) => {
    const conditional = 'if-none-match' in incoming.headers || 'if-match' in incoming.headers
    const seen = { method: incoming.method!, key: incoming.url!.slice(1), conditional }
    proxy.seen.push(seen)
    const fate = proxy.decide(seen)
    if (fate === 'silent') return void incoming.resume()
    if (fate === 'slow-down') return answer(incoming, outgoing, 503, SLOW_DOWN)
    if (fate === 'expired') return answer(incoming, outgoing, 400, EXPIRED)
    if (fate === 'not-implemented' && conditional) return answer(incoming, outgoing, 501, NOT_IMPLEMENTED)
    if (fate === 'held') return void hold(incoming).then((whole) => held.push(() => onward(to.port, whole)))
    void pass(to.port, fate, incoming, outgoing)
  })
  const proxy: S3Proxy & { endpoint: string } = {
    endpoint: '',
    decide: () => 'pass',
    seen: [],
    release: () => {
      for (const go of held) going.push(go())
      held = []
    },
    settled: () => Promise.all(going),
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return proxy
}

function answer(incoming: IncomingMessage, outgoing: ServerResponse, status: number, body: string): void {
  incoming.resume()
  incoming.on('end', () => outgoing.writeHead(status, { 'content-type': 'application/xml' }).end(body))
}

/** Returns the request without its conditions, which a server that ignores them would see. */
async function unconditionally({ method, url, headers }: IncomingMessage): Promise<Record<string, string>> {
  const type = headers['content-type']
  const signed = await new AwsV4Signer({
    ...{ method: method!, url: `http://${headers.host}${url}`, service: 's3', region: 'us-east-1' },
    ...{ accessKeyId: KEY_ID, secretAccessKey: SECRET },
    headers: {
      'x-amz-content-sha256': String(headers['x-amz-content-sha256']),
      ...(type !== undefined && { 'content-type': type }),
    },
  }).sign()
  const length = headers['content-length']
  return {
    ...Object.fromEntries(signed.headers),
    host: headers.host!,
    ...(length !== undefined && { 'content-length': length }),
  }
}

interface WholeRequest {
  readonly incoming: IncomingMessage
  readonly body: Buffer
}

/** Reads a whole request, so that it can be passed on after the client is gone. */
async function hold(incoming: IncomingMessage): Promise<WholeRequest> {
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(piece as Buffer)
  return { incoming, body: Buffer.concat(pieces) }
}

function onward(port: number, { incoming, body }: WholeRequest): Promise<void> {
  const { method, url: path, headers } = incoming
  const { promise, resolve } = Promise.withResolvers<void>()
  request({ host: '127.0.0.1', port, method, path, headers }, (answered) => {
    answered.resume().on('end', resolve)
  })
    .on('error', () => resolve())
    .end(body)
  return promise
}

async function pass(
  port: number,
  fate: Fate,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const headers = fate === 'unconditional' ? await unconditionally(incoming) : incoming.headers
  const onward = request({ host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers })
  // The server was stopped or the upload was cut: the client gets no answer.
  onward.on('error', () => outgoing.destroy())
  onward.on('response', (answered) => {
    if (fate === 'lost-answer') {
      answered.resume()
      answered.on('end', () => outgoing.destroy())
      return
    }
    outgoing.writeHead(answered.statusCode!, answered.headers)
    answered.pipe(outgoing)
  })
  if (fate !== 'cut-upload') return void incoming.pipe(onward)
  incoming.once('data', (chunk: Buffer) => {
    onward.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => {
      onward.destroy()
      outgoing.destroy()
    })
  })
}
