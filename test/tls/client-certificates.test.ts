/**
 * Tests clients with certificates over real TLS sockets: a port that requires one, tokens bound to
 * one, and both with a certificate that is missing, another authority's, expired or resumed.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { createLogger } from '../../src/server/logger.ts'
import { clientAuthorities } from '../../src/server/tls/client-authorities.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer } from '../server.ts'
import { type TestAuthority, type TestCertificate, testAuthority, testCertificate } from './certificates.ts'

const DAY_MS = 86_400_000

let dir: string
let office: TestAuthority
let stranger: TestAuthority
let own: TestCertificate
let server: TestServer
let asking: TestServer
/** A certificate for each way to be right or wrong. */
let shown: Record<'right' | 'renewed' | 'other' | 'expired' | 'early' | 'wrong', TestCertificate>
let clientPort: number

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'client-certificates-'))
  office = testAuthority('County office')
  stranger = testAuthority('Somebody else')
  own = testCertificate()
  const desk = { names: ['Press desk'], issuer: office }
  shown = {
    right: testCertificate(desk),
    renewed: testCertificate(desk),
    other: testCertificate({ names: ['Kiosk 7'], issuer: office }),
    expired: testCertificate({ ...desk, fromMs: Date.now() - 9 * DAY_MS, toMs: Date.now() - DAY_MS }),
    early: testCertificate({ ...desk, fromMs: Date.now() + DAY_MS }),
    // Names the office as issuer, but another authority signed it.
    wrong: testCertificate({ ...desk, issuer: { ...stranger, name: office.name } }),
  }
  for (const [name, { cert, key }] of Object.entries({ own, office, ...shown })) {
    writeFileSync(join(dir, `${name}.pem`), cert)
    writeFileSync(join(dir, `${name}.key`), key, { mode: 0o600 })
  }
  const election = { definition: openElectionFile(), roll: rollOf(20) }
  const tls = ['--tls-cert', join(dir, 'own.pem'), '--tls-key', join(dir, 'own.key')]
  const ca = ['--tls-client-ca', join(dir, 'office.pem')]
  ;[server, asking] = await Promise.all([
    startServer({ ...election, args: [...tls, ...ca, '--tls-client-port', '0'] }),
    startServer({ ...election, args: [...tls, ...ca, '--require-token', 'results'] }),
  ])
  clientPort = server.clientPort!
})
after(async () => {
  await Promise.all([server?.stop(), asking?.stop()])
  rmSync(dir, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly body: string
}

/**
 * Sends a request on a new connection.
 * @param agent keeps sessions, if the test is about them
 */
function ask(
  port: number,
  path: string,
  client?: TestCertificate,
  headers: Readonly<Record<string, string>> = {},
  agent = new Agent({ maxCachedSessions: 0 }),
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ agent, port, path, headers, host: '127.0.0.1', servername: 'localhost', ca: own.cert },
        ...(client && { cert: client.cert, key: client.key }),
      },
      (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString()
        })
        response.on('end', () => resolve({ status: response.statusCode!, body }))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}

const publicPort = ({ url }: TestServer): number => Number(new URL(url).port)

test('a port for machines: a client without a certificate of the office gets no answer', async () => {
  const health = await ask(clientPort, '/healthz', shown.right)
  assert.equal(health.status, 200)
  assert.equal((await ask(clientPort, '/results', shown.other)).status, 200)
  for (const name of ['expired', 'early', 'wrong'] as const)
    await assert.rejects(ask(clientPort, '/healthz', shown[name]), name)
  await assert.rejects(ask(clientPort, '/healthz'), 'none')
  await assert.rejects(ask(clientPort, '/healthz', testCertificate({ names: ['Press desk'] })), 'of its own')
  // Voters are asked for none, and need none.
  assert.equal((await ask(publicPort(server), '/healthz')).status, 200)
  assert.equal(await isAsked(publicPort(server)), false)
  assert.equal(await isAsked(publicPort(asking)), true)
})

/** Whether a server asks for a certificate: the client's side of the handshake is then longer. */
async function isAsked(port: number): Promise<boolean> {
  const bytesOf = async (client?: TestCertificate): Promise<number> => {
    const raw = connectPlain(port, '127.0.0.1')
    const socket = connect({
      ...{ socket: raw, servername: 'localhost', ca: own.cert, maxVersion: 'TLSv1.2' },
      ...(client && { cert: client.cert, key: client.key }),
    })
    await once(socket, 'secureConnect')
    const { bytesWritten } = raw
    socket.destroy()
    return bytesWritten
  }
  return (await bytesOf(shown.right)) > (await bytesOf()) + 200
}

test('a token that is bound to a certificate is valid only with that one', async () => {
  const token = async (...args: string[]) => {
    const end = await runCli([
      ...['token', 'add', '--data', asking.dataDir, '--name', 'Press', '--scope', 'results'],
      ...['--expires', '2099-01-01', '--json', ...args],
    ])
    assert.equal(end.code, 0, end.stderr)
    return (JSON.parse(end.stdout) as { token: string }).token
  }
  const port = publicPort(asking)
  const results = (text: string, client?: TestCertificate) =>
    ask(port, '/results', client, { authorization: `Bearer ${text}` }).then(
      ({ status }) => status,
      (cause) => {
        // Node ends the connection after a wrong signature if the request arrives in one piece with
        // it.
        if (client !== shown.wrong) throw cause
        return 'ended' as const
      },
    )

  const one = await token('--certificate', join(dir, 'right.pem'))
  assert.equal(await results(one, shown.right), 200)
  for (const name of ['renewed', 'other', 'expired', 'early'] as const)
    assert.equal(await results(one, shown[name]), 401, name)
  assert.equal(await results(one), 401)
  assert.ok([401, 'ended'].includes(await results(one, shown.wrong)))

  const desk = await token('--certificate', join(dir, 'right.pem'), '--by-subject')
  assert.equal(await results(desk, shown.right), 200)
  assert.equal(await results(desk, shown.renewed), 200)
  for (const name of ['other', 'expired', 'early'] as const)
    assert.equal(await results(desk, shown[name]), 401, name)
  assert.ok([401, 'ended'].includes(await results(desk, shown.wrong)))

  const free = await token()
  assert.equal(await results(free), 200)
  assert.ok([200, 'ended'].includes(await results(free, shown.wrong)))

  const { stdout } = await runCli(['token', 'list', '--data', asking.dataDir])
  assert.match(stdout, /with the client certificate [0-9a-f]{16}…/)
  assert.match(stdout, /with a client certificate of "CN=Press desk"/)

  // The binding survives a restart.
  await asking.terminate()
  await asking.restart()
  assert.equal(await results(one), 401)
  assert.equal(await results(one, shown.right), 200)
})

test('a resumed session proves the same as the first one, and no more', async () => {
  const port = publicPort(asking)
  const bound = await runCli([
    ...['token', 'add', '--data', asking.dataDir, '--name', 'Desk', '--scope', 'results'],
    ...['--expires', '2099-01-01'],
    ...['--certificate', join(dir, 'right.pem'), '--json'],
  ])
  const { token } = JSON.parse(bound.stdout) as { token: string }
  const resumed = async (first?: TestCertificate, maxVersion?: 'TLSv1.2') => {
    const options = { host: '127.0.0.1', port, servername: 'localhost', ca: own.cert, maxVersion }
    const begin = connect({ ...options, ...(first && { cert: first.cert, key: first.key }) })
    let ticket: Buffer | undefined
    begin.on('session', (session: Buffer) => {
      ticket = session
    })
    let said = ''
    begin.on('data', (chunk) => {
      said += chunk
    })
    // The server may close before this side's own close: then the end is a reset.
    begin.on('error', () => {})
    begin.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    await new Promise((done) => begin.once('close', done))
    if (first !== shown.wrong || said !== '') assert.match(said, /^HTTP\/1\.1 200 /)
    // The client presents no certificate now: the session proves it.
    const again = connect({ ...options, ...(ticket && { session: ticket }) })
    again.write(
      'GET /results HTTP/1.1\r\nHost: localhost\r\n' +
        `Authorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    )
    const [answer] = (await once(again, 'data')) as [Buffer]
    const isResumed = again.isSessionReused()
    again.destroy()
    return { status: Number(answer.toString().split(' ')[1]), isResumed }
  }
  for (const version of [undefined, 'TLSv1.2'] as const) {
    assert.deepEqual(await resumed(shown.right, version), { status: 200, isResumed: true })
    assert.equal((await resumed(shown.wrong, version)).status, 401)
    assert.equal((await resumed(undefined, version)).status, 401)
  }
})

test('authorities are read again while the server runs; an unfit file changes nothing', async () => {
  const path = join(dir, 'changing.pem')
  writeFileSync(path, office.cert)
  const watched = clientAuthorities(path, createLogger('silent'))
  let changes = 0
  watched.onChange(() => changes++)
  for (const text of ['', 'nothing', shown.right.cert, office.cert + office.key, own.cert]) {
    writeFileSync(path, text)
    watched.look()
    assert.equal(changes, 0)
    assert.equal(watched.current().trim(), office.cert.trim())
  }
  writeFileSync(path, stranger.cert)
  watched.look()
  assert.equal(changes, 1)
  await watched.stop()

  // The office is removed from the list: its clients are refused, sessions included.
  const agent = new Agent({ keepAlive: false })
  assert.equal((await ask(clientPort, '/healthz', shown.right, {}, agent)).status, 200)
  writeFileSync(join(dir, 'office.pem'), stranger.cert)
  process.kill(server.pid, 'SIGHUP')
  const other = testCertificate({ names: ['Their desk'], issuer: stranger })
  for (;;) {
    const ended = await ask(clientPort, '/healthz', other).catch(() => undefined)
    if (ended?.status === 200) break
    await sleep(20)
  }
  await assert.rejects(ask(clientPort, '/healthz', shown.right, {}, agent))
  writeFileSync(join(dir, 'office.pem'), office.cert)
})

test('with --tls-client-required the other port and the terminal say so, and files are checked', async () => {
  const tls = ['--tls-cert', join(dir, 'own.pem'), '--tls-key', join(dir, 'own.key')]
  const check = async (...args: string[]) =>
    runCli(['config', '--check', 'serve', '--', '--data', server.dataDir, ...args])
  const well = await check(...tls, '--tls-client-ca', join(dir, 'office.pem'), '--tls-client-required')
  assert.equal(well.code, 0, well.stderr)
  const wrong: readonly (readonly [RegExp, readonly string[]])[] = [
    [
      /own\.pem: certificate 1 does not belong to an authority/,
      [...tls, '--tls-client-ca', join(dir, 'own.pem')],
    ],
    [/right\.key: contains a private key/, [...tls, '--tls-client-ca', join(dir, 'right.key')]],
    [/nowhere\.pem: there is no such file/, [...tls, '--tls-client-ca', join(dir, 'nowhere.pem')]],
    [/--tls-client-ca: is for servers with TLS/, ['--tls-client-ca', join(dir, 'office.pem')]],
    [/--tls-client-port: needs the authorities/, [...tls, '--tls-client-port', '8502']],
    [
      /expired\.pem: the certificate expired/,
      ['--tls-cert', join(dir, 'expired.pem'), '--tls-key', join(dir, 'expired.key')],
    ],
  ]
  for (const [words, args] of wrong) {
    const end = await check(...args)
    assert.equal(end.code, 2)
    assert.match(end.stderr, words)
    assert.equal(end.stderr.trim().split('\n').length, 1)
  }
})
