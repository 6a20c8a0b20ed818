/**
 * Several processes at one port (`--workers`) on real engines: with mounted keys in one empty
 * folder (`--secrets`), and with a port for client certificates (`--tls-client-port`). Each process
 * is killed in turn.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { mountSecret, secretFiles } from '../kubernetes-secret.ts'
import type { Key } from '../server.ts'
import { type TestCertificate, testAuthority, testCertificate } from '../tls/certificates.ts'
import { freePort } from '../tls/pebble.ts'
import { type ClusterElection, type ClusterServer, type Product, product, until } from './cluster-server.ts'

let cluster: Product
let election: ClusterElection
let secrets: string

before(async () => {
  cluster = await product()
  const emitted = join(cluster.dir, 'secret.yaml')
  election = await cluster.init(120, {}, '--emit-secret', emitted)
  secrets = join(cluster.dir, 'secrets')
  const files = secretFiles(readFileSync(emitted, 'utf8')).get(`elections-keys-${election.id}`)!
  mountSecret(join(secrets, election.id), files)
})
after(() => cluster?.end())

interface Asked {
  readonly port: number
  readonly path: string
  readonly body?: object
  /** For TLS: the authority of the server's certificate. */
  readonly ca?: string
  /** The client certificate. */
  readonly client?: TestCertificate | undefined
}

/**
 * Requests over a new connection, because the system distributes connections over the processes.
 */
async function ask({ port, path, body, ca, client }: Asked): Promise<{ status: number; text: string }> {
  const options = {
    ...{ host: '127.0.0.1', port, path, agent: false, timeout: 20_000, method: body ? 'POST' : 'GET' },
    headers: { 'content-type': 'application/json', 'idempotency-key': 'one-and-the-same' },
  } as const
  const shown = client && { cert: client.cert, key: client.key }
  const asked = ca ? requestSecurely({ ...options, servername: 'localhost', ca, ...shown }) : request(options)
  asked.on('timeout', () => asked.destroy(new Error(`${path} is not answered`)))
  asked.end(body && JSON.stringify(body))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return { status: answer.statusCode!, text }
}

const ballot = ({ personal_id, guid }: Key) => ({ personal_id, guid, candidate: 'ada' })
const portOf = ({ url }: ClusterServer): number => Number(new URL(url).port)

/** The server's first processes, and their replacements. */
const processes = ({ workers, stderr }: ClusterServer): number[] => [
  ...workers,
  ...[...stderr().matchAll(/"process":(\d+)[^\n]*the worker is ready again/g)].map(([, pid]) => Number(pid)),
]

/** Kills one process and waits for its replacement. */
async function killAndWait(server: ClusterServer, pid: number): Promise<void> {
  const before = processes(server).length
  process.kill(pid, 'SIGKILL')
  await until('a replacement', () => processes(server).length === before + 1)
}

test('with mounted keys and an empty folder each process casts and serves the published log', async (t) => {
  const folder = join(cluster.dir, 'scratch')
  const start = async () => {
    mkdirSync(folder)
    const more = ['--data', folder, '--secrets', secrets, '--workers', '2', '--publish-every', '0.2']
    const server = await cluster.serve('all', {}, ...more)
    t.after(() => server.stop())
    return server
  }
  const server = await start()
  assert.equal(server.workers.length, 2)
  const port = portOf(server)
  const trackers = new Map<Key, string>()
  const cast = async (at: number, key: Key) => {
    const { status, text } = await ask({ port: at, path: '/vote', body: ballot(key) })
    assert.equal(status, 201, text)
    return (JSON.parse(text) as { tracker: string }).tracker
  }
  for (const key of election.take(12)) trackers.set(key, await cast(port, key))
  const [first, second] = server.workers as [number, number]
  // The publishing process first, then the other, which may be reading the same folder.
  for (const pid of [first, second]) {
    await killAndWait(server, pid)
    for (const key of election.take(12)) trackers.set(key, await cast(port, key))
  }
  for (const [key, tracker] of trackers) assert.equal(await cast(port, key), tracker)
  // One leaf more than ballots, in four answers from any process.
  const sizes = async () => {
    const seen = []
    for (let i = 0; i < 4; i++) seen.push((await ask({ port, path: '/log/checkpoint' })).text.split('\n')[1])
    return seen.every((size) => Number(size) === trackers.size + 1)
  }
  await until('the log at every process', sizes)
  assert.equal(await server.stop(), 0, server.stderr())

  // A new machine's folder is empty.
  rmSync(folder, { recursive: true })
  const next = await start()
  for (const [key, tracker] of trackers) assert.equal(await cast(portOf(next), key), tracker)
  assert.equal(await next.stop(), 0, next.stderr())
})

test('missing keys are reported once, in one line, before anything is served', async () => {
  const { code, stdout, stderr } = await cluster.cli(
    ...(['serve', '--role', 'gateway', '--port', '0', '--workers', '2'] as const),
    ...['--data', join(cluster.dir, 'none'), '--secrets', join(cluster.dir, 'nowhere')],
  )
  assert.equal(code, 2, stderr)
  assert.equal(stdout, '')
  assert.deepEqual(stderr.trimEnd().split('\n').length, 1, stderr)
  assert.match(stderr, /nowhere: cannot be read \(ENOENT\): check that the Secret is mounted there/)
})

/** Starts a server with two processes, and makes certificates for it. */
async function behindCertificates(t: TestContext) {
  const file = (name: string, text: string): string => {
    writeFileSync(join(cluster.dir, name), text, { mode: 0o600 })
    return join(cluster.dir, name)
  }
  const own = testCertificate()
  const office = testAuthority('County office')
  const authorities = file('office.pem', office.cert)
  const clientPort = await freePort()
  const server = await cluster.serve(
    ...(['gateway', {}, '--workers', '2', '--tls-client-ca', authorities] as const),
    ...['--tls-cert', file('own.pem', own.cert), '--tls-key', file('own-key.pem', own.key)],
    ...['--tls-client-port', String(clientPort)],
  )
  t.after(() => server.stop())
  const kiosk = testCertificate({ names: ['Kiosk 7'], issuer: office })
  const vote = (port: number, client?: TestCertificate) =>
    ask({ port, ca: own.cert, client, path: '/vote', body: ballot(election.take(1)[0]!) })
  /** Undefined if there is no answer. */
  const health = (client: TestCertificate): Promise<number | undefined> =>
    ask({ port: clientPort, ca: own.cert, client, path: '/healthz' }).then(
      ({ status }) => status,
      () => undefined,
    )
  return { server, authorities, clientPort, kiosk, vote, health }
}

test('every process, also a replacement, answers at the client-certificate port only with one', async (t) => {
  const { server, clientPort, kiosk, vote } = await behindCertificates(t)
  const stranger = testCertificate({ names: ['Kiosk 7'], issuer: testAuthority('Somebody else') })
  const votes = async () => {
    for (let i = 0; i < 4; i++) {
      assert.equal((await vote(clientPort, kiosk)).status, 201)
      await assert.rejects(vote(clientPort))
      await assert.rejects(vote(clientPort, stranger))
      // Voters need no certificate.
      assert.equal((await vote(portOf(server))).status, 201)
    }
  }
  await votes()
  for (const pid of server.workers) {
    await killAndWait(server, pid)
    await votes()
  }
  assert.equal(await server.stop(), 0, server.stderr())
})

test('every process loads a renewed authority', async (t) => {
  const { server, authorities, kiosk, health } = await behindCertificates(t)
  assert.equal(await health(kiosk), 200)
  const next = testAuthority('County office, renewed')
  const renewed = testCertificate({ names: ['Kiosk 7'], issuer: next })
  writeFileSync(authorities, next.cert)
  process.kill(server.pid, 'SIGHUP')
  // Several times, because the system distributes connections.
  const all = async (client: TestCertificate, wanted: number | undefined) => {
    for (let i = 0; i < 20; i++) if ((await health(client)) !== wanted) return false
    return true
  }
  await until('the old authority to be refused', () => all(kiosk, undefined))
  // The refusals may all have come from the first process that loaded it.
  await until('the renewed authority to be accepted', () => all(renewed, 200))
  assert.equal(await server.stop(), 0, server.stderr())
})
