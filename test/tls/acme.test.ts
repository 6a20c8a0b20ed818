/**
 * A server that gets its certificate itself, from a real ACME server: before the first one,
 * obtained, used by voters, renewed, lost, and with the authority gone.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { withoutGo } from '../go-tools.ts'
import { type PutForward, putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'
import { freePort, type Pebble, startPebble } from './pebble.ts'
import { fingerprintAt, handshake, type SecureClient, secureClient } from './secure-client.ts'

const DAY_MS = 86_400_000
const NAME = 'vote.example.org'
const skip = withoutGo()

let pebble: Pebble
let clock: PutForward
let server: TestServer
let plain: string
let client: SecureClient
let root: string

interface Health {
  readonly status: string
  readonly tls: {
    readonly certificate: string
    readonly expires_at: string | null
    readonly problem: string | null
  }
}

const health = async (): Promise<Health> => (await (await fetch(`${plain}/healthz`)).json()) as Health

/** Asks until it is so. */
async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  const lateMs = performance.now() + 60_000
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (performance.now() > lateMs) throw new Error(`in vain: ${JSON.stringify(answer)} ${server.stderr()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function said(words: string, after = 0): Promise<void> {
  await until(
    async () => server.stderr().slice(after),
    (text) => text.includes(words),
  )
}

const files = (): string[] =>
  readdirSync(join(server.dataDir, 'tls')).map((name) => join(server.dataDir, 'tls', name))

before(async () => {
  if (skip) return
  const httpPort = await freePort()
  pebble = await startPebble({ httpPort, stopped: true })
  clock = putForward()
  plain = `http://127.0.0.1:${httpPort}`
  server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(20),
    args: [
      ...['--domain', NAME, '--domain', 'www.example.org', '--host', '127.0.0.1'],
      ...['--http-port', String(httpPort), '--acme-directory', pebble.directoryUrl],
      ...['--acme-email', 'clerk@example.org'],
    ],
    env: { ...clock.env, NODE_EXTRA_CA_CERTS: pebble.caFile },
  })
})

after(async () => {
  client?.close()
  await server?.stop()
  await pebble?.remove()
})

test('before the first certificate: health says why, nothing is served without TLS, and it is tried again', {
  skip,
}, async () => {
  const { status, tls } = await until(health, (answer) => answer.tls.problem !== null)
  assert.equal(status, 'ok')
  assert.equal(tls.certificate, 'none')
  assert.match(tls.problem!, /ECONNREFUSED/)
  assert.equal((await fetch(`${plain}/readyz`)).status, 503)
  assert.equal(server.url, `https://${NAME}:${new URL(server.url).port}`)
  await assert.rejects(handshake(server.url, ''))

  const page = await fetch(`${plain}/e/test-election`, {
    headers: { accept: 'text/html' },
    redirect: 'manual',
  })
  assert.equal(page.status, 503)
  assert.match(await page.text(), /lang="es".*conexión segura/)
  assert.match(server.stderr(), /there is no TLS certificate yet.*trying again/)
})

test('the certificate is obtained when the authority answers, and voters vote with it', {
  skip,
}, async () => {
  await pebble.start()
  process.kill(server.pid, 'SIGHUP')
  const { tls } = await until(health, (answer) => answer.tls.certificate === 'valid')
  assert.equal(tls.problem, null)
  assert.ok(Date.parse(tls.expires_at!) > Date.now() + 80 * DAY_MS)
  root = await pebble.root()
  client = secureClient(root)
  const answer = await client.vote(server.url, server.keys[0]!, 'ada')
  assert.equal(answer.status, 201, answer.body)
  assert.match(String(answer.headers['strict-transport-security']), /^max-age=\d{7,}$/)
  // For each of the names.
  const port = new URL(server.url).port
  ;(await handshake(`https://www.example.org:${port}`, root)).destroy()

  const metrics = (await client.ask(`${server.url}/metrics`)).body
  const expiry = /^elections_tls_certificate_expiry_timestamp_seconds (\S+)$/m.exec(metrics)?.[1]
  assert.equal(Number(expiry) * 1000, Date.parse(tls.expires_at!))
  assert.match(metrics, /^elections_tls_certificate_failing 0$/m)
})

test('key and account are their owner’s alone, and in no line of the log', { skip }, () => {
  assert.deepEqual(
    files()
      .map((path) => path.split('/').at(-1))
      .sort(),
    ['account-key.pem', 'certificate.pem'],
  )
  for (const path of files()) {
    assert.equal(statSync(path).mode & 0o777, 0o600, path)
    const secret = /PRIVATE KEY-----\n([^\n]+)/.exec(readFileSync(path, 'utf8'))![1]!
    assert.ok(!server.stderr().includes(secret))
  }
  assert.equal(statSync(join(server.dataDir, 'tls')).mode & 0o777, 0o700)
  assert.ok(!server.stderr().includes('PRIVATE KEY'))
})

test('files that are lost while it runs come back, without another order', { skip }, async () => {
  const shown = await fingerprintAt(server.url, root)
  const path = join(server.dataDir, 'tls', 'certificate.pem')
  rmSync(path)
  process.kill(server.pid, 'SIGHUP')
  await until(
    async () => statSync(path, { throwIfNoEntry: false }),
    (entry) => entry !== undefined,
  )
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(await fingerprintAt(server.url, root), shown)
})

test('it is renewed with a third of its time left, without a restart and without a connection lost', {
  skip,
}, async () => {
  const shown = await fingerprintAt(server.url, root)
  const mark = server.stderr().length
  clock.to(Date.now() + 61 * DAY_MS)
  process.kill(server.pid, 'SIGHUP')
  await said('the TLS certificate was renewed', mark)
  // On the connection it had.
  assert.equal((await client.vote(server.url, server.keys[1]!, 'ada')).status, 201)
  assert.notEqual(await fingerprintAt(server.url, root), shown)
})

test('with the authority gone the certificate there is stays in use, after a restart too', {
  skip,
}, async () => {
  await pebble.stop()
  const shown = await fingerprintAt(server.url, root)
  clock.to(Date.now() + 75 * DAY_MS)
  process.kill(server.pid, 'SIGHUP')
  const { tls } = await until(health, (answer) => /ECONNREFUSED/.test(answer.tls.problem ?? ''))
  assert.equal(tls.certificate, 'valid')
  await said('could not be renewed: the one there is stays in use')
  await said('the TLS certificate expires in')
  assert.equal((await client.vote(server.url, server.keys[2]!, 'ada')).status, 201)

  await server.restart()
  assert.equal(await fingerprintAt(server.url, root), shown)
  assert.equal((await client.vote(server.url, server.keys[3]!, 'ada')).status, 201)
})

test('with its files lost it asks for another; the authority may have forgotten the account', {
  skip,
}, async () => {
  await server.terminate()
  rmSync(join(server.dataDir, 'tls'), { recursive: true })
  await pebble.start()
  await server.restart()
  await until(health, (answer) => answer.tls.certificate === 'valid')
  const fresh = secureClient(await pebble.root())
  assert.equal((await fresh.vote(server.url, server.keys[4]!, 'ada')).status, 201)
  const answer = await fresh.ask(`${server.url}/results`)
  assert.equal((JSON.parse(answer.body) as { ballots_cast?: number }).ballots_cast ?? 5, 5)
  fresh.close()
})

test('a stored certificate that is damaged is replaced', { skip }, async () => {
  await server.terminate()
  const path = join(server.dataDir, 'tls', 'certificate.pem')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.slice(0, 300))
  await server.restart()
  await until(health, (answer) => answer.tls.certificate === 'valid')
  assert.match(server.stderr(), /the stored TLS certificate is unfit/)
})
