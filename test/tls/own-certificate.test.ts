/**
 * Tests a server with its operator's certificate: its TLS versions, the answers of its port without
 * TLS, that a changed certificate is used or refused while it runs, and that slow clients are
 * limited as without TLS.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openElectionFile, rollOf, runCli, startServer, type TestServer } from '../server.ts'
import { encryptedKey, type TestCertificate, testCertificate } from './certificates.ts'
import { askInClear, fingerprintAt, handshake, type SecureClient, secureClient } from './secure-client.ts'

const NAME = 'vote.example.org'
const NAMES = [NAME, 'www.example.org']
const PER_ADDRESS = 20

let dir: string
let paths: { readonly cert: string; readonly key: string }
let used: TestCertificate
let server: TestServer
let port: number
let plainPort: number
let client: SecureClient

function place({ cert, key }: TestCertificate): void {
  writeFileSync(paths.cert, cert)
  writeFileSync(paths.key, key, { mode: 0o600 })
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'own-certificate-'))
  paths = { cert: join(dir, 'fullchain.pem'), key: join(dir, 'privkey.pem') }
  used = testCertificate({ names: NAMES })
  place(used)
  server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(20),
    args: [
      ...['--domain', NAME, '--host', '127.0.0.1', '--http-port', '0'],
      ...['--tls-cert', paths.cert, '--tls-key', paths.key],
      ...['--connections', '200', '--connections-per-address', String(PER_ADDRESS)],
    ],
  })
  port = Number(new URL(server.url).port)
  plainPort = server.httpPort!
  client = secureClient(used.cert)
})

after(async () => {
  client?.close()
  await server?.stop()
  rmSync(dir, { recursive: true, force: true })
})

test('the server speaks TLS 1.2 or newer and only HTTP/1.1, and makes browsers use HTTPS', async () => {
  await assert.rejects(handshake(server.url, used.cert, { maxVersion: 'TLSv1.1' }))
  const old = await handshake(server.url, used.cert, { maxVersion: 'TLSv1.2' })
  assert.equal(old.getProtocol(), 'TLSv1.2')
  old.destroy()
  const fresh = await handshake(server.url, used.cert, { ALPNProtocols: ['h2', 'http/1.1'] })
  assert.equal(fresh.alpnProtocol, 'http/1.1')
  assert.equal(fresh.getProtocol(), 'TLSv1.3')
  fresh.destroy()
  await assert.rejects(handshake(server.url, used.cert, { ALPNProtocols: ['h2'] }))

  for (const path of ['/', '/e/test-election', '/results', '/nothing', '/vote']) {
    const { headers } = await client.ask(server.url + path)
    assert.equal(headers['strict-transport-security'], 'max-age=31536000', path)
    assert.equal(headers['x-content-type-options'], 'nosniff', path)
  }
  const page = await client.ask(`${server.url}/e/test-election`)
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'/)
  assert.ok(!page.body.includes('in-clear'))
})

/** Sends a request to the port without TLS. */
const plainly = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
) => askInClear(plainPort, path, { method, headers, ...(body !== undefined && { body }) })

test('without TLS people are redirected to the secure address, by a name of the certificate', async () => {
  const at = async (host: string, path = '/e/test-election?lang=es', method = 'GET') => {
    const { status, headers } = await plainly(method, path, { host })
    assert.equal(status, 301)
    return headers.location
  }
  assert.equal(await at(NAME), `https://${NAME}:${port}/e/test-election?lang=es`)
  assert.equal(
    await at(`www.example.org:${plainPort}`),
    `https://www.example.org:${port}/e/test-election?lang=es`,
  )
  assert.equal(await at(NAME, '/', 'HEAD'), `https://${NAME}:${port}/`)
  for (const host of ['evil.example', 'evil.example/x', `${NAME}.evil.example`, '[::1]', 'a b', ''])
    assert.equal(await at(host, '/x'), `https://${NAME}:${port}/x`, host)
  assert.equal(await at(NAME, '//evil.example/'), `https://${NAME}:${port}//evil.example/`)
  assert.equal(await at(NAME, 'http://evil.example/x'), `https://${NAME}:${port}/`)
  // A voter's link with an escaped "#" contains the key: no cache may store its redirect.
  for (const link of ['/e/test-election%23k=ABC', '/vote/e/test-election/%2523k%253DABC']) {
    const { status, headers } = await plainly('GET', link, { host: NAME })
    assert.deepEqual([status, headers['cache-control']], [301, 'no-store'], link)
    assert.equal(headers.location, `https://${NAME}:${port}${link}`)
  }
  // Bytes that a header must not have.
  const socket = connectPlain(plainPort, '127.0.0.1')
  socket.write(
    Buffer.from(`GET /\x7f\xe9?\x80 HTTP/1.1\r\nhost: ${NAME}\r\nconnection: close\r\n\r\n`, 'latin1'),
  )
  const [text] = (await once(socket, 'data')) as [Buffer]
  assert.match(text.toString('latin1'), /^HTTP\/1\.1 (301|400) /)
  socket.destroy()
  for (const path of [
    '/.well-known/acme-challenge/unknown',
    '/.well-known/acme-challenge/',
    '/.well-known/acme-challenge/../x',
  ])
    assert.equal((await plainly('GET', path, { host: NAME })).status, 404, path)
})

test('a vote without TLS is refused, not counted, and the answer says so', async () => {
  const [key] = server.keys
  const vote = JSON.stringify({ personal_id: key!.personal_id, guid: key!.guid, candidate: 'ada' })
  const json = { 'content-type': 'application/json' }
  const tries: [string, string, Readonly<Record<string, string>>][] = [
    ['POST', '/vote', json],
    ['POST', '/elections/test-election/ballots', json],
    ['PUT', '/vote', json],
    ['GET', '/vote', { ...json, 'content-length': String(vote.length) }],
    ['POST', '/vote', { ...json, 'transfer-encoding': 'chunked' }],
    ['POST', '/healthz', json],
  ]
  for (const [method, path, headers] of tries) {
    const { status, body, headers: answered } = await plainly(method, path, headers, vote)
    assert.equal(status, 403, `${method} ${path}`)
    assert.equal(answered['content-type'], 'application/problem+json')
    const { code, title } = JSON.parse(body) as { code: string; title: string }
    assert.equal(code, 'in-clear')
    assert.match(title, /nothing was recorded/)
    assert.equal(answered.connection, 'close')
  }
  // The key is still valid.
  assert.equal((await client.vote(server.url, key!, 'ada')).status, 201)
})

/** Waits for words in the logger's output. */
async function said(words: string, after: number): Promise<void> {
  const lateMs = performance.now() + 60_000
  while (!server.stderr().slice(after).includes(words)) {
    if (performance.now() > lateMs) throw new Error(`"${words}" was never logged: ${server.stderr()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a new certificate is used while the server runs, and open connections continue', async () => {
  const { fingerprint256 } = (await handshake(server.url, used.cert)).getPeerCertificate()
  const mark = server.stderr().length
  const fresh = testCertificate({ names: NAMES })
  place(fresh)
  await said('the TLS certificate was read again', mark)
  assert.notEqual(await fingerprintAt(server.url, fresh.cert), fingerprint256)
  assert.equal((await client.vote(server.url, server.keys[1]!, 'ada')).status, 201)
  used = fresh
  client.close()
  client = secureClient(used.cert)
})

test('an unusable new certificate is refused with a reason, and the earlier one stays', async () => {
  const shown = await fingerprintAt(server.url, used.cert)
  const other = testCertificate({ names: NAMES })
  const day = 86_400_000
  const unfit: [string, TestCertificate, RegExp][] = [
    ['another key', { cert: other.cert, key: used.key }, /privkey.pem: is not the key of the certificate/],
    ['no certificate', { cert: 'hello', key: other.key }, /fullchain.pem: contains no certificate/],
    ['half a certificate', { cert: other.cert.slice(0, 200), key: other.key }, /contains no certificate/],
    ['no key', { cert: other.cert, key: '' }, /privkey.pem: contains no key/],
    [
      'expired',
      testCertificate({ names: NAMES, fromMs: Date.now() - 9 * day, toMs: Date.now() - day }),
      /expired on/,
    ],
    ['not yet valid', testCertificate({ names: NAMES, fromMs: Date.now() + day }), /valid from/],
    [
      'another host',
      testCertificate({ names: ['www.example.org'] }),
      /is for www.example.org, not for vote.example.org/,
    ],
  ]
  for (const [what, pair, reason] of unfit) {
    const mark = server.stderr().length
    place(pair)
    process.kill(server.pid, 'SIGHUP')
    await said('the earlier one stays in use', mark)
    assert.match(server.stderr().slice(mark), reason, what)
    assert.equal(await fingerprintAt(server.url, used.cert), shown, what)
  }
  const { tls } = JSON.parse((await client.ask(`${server.url}/healthz`)).body)
  assert.match(tls.problem, /not for vote.example.org/)
  assert.equal(tls.certificate, 'valid')
  for (const { key } of [used, other]) assert.ok(!server.stderr().includes(key.split('\n')[1]!))
  const mark = server.stderr().length
  place(used)
  process.kill(server.pid, 'SIGHUP')
  await said('the TLS certificate was read again', mark)
})

/** Resolves whether or not the other side cuts it off. */
const closeOf = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()))

/** Another address than that of the other tests in this file. */
const STRANGER = '127.0.0.2'

test('a certificate that browsers would refuse ends the start with one line and exit code 2', async () => {
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 })
    return join(dir, name)
  }
  const [cert, key] = [file('good.pem', used.cert), file('good-key.pem', used.key)]
  const other = testCertificate({ names: NAMES })
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    [cert, file('other-key.pem', other.key), NAME, /other-key.pem: is not the key of the certificate/],
    [cert, file('locked.pem', encryptedKey(used)), NAME, /locked.pem: is encrypted/],
    [cert, key, 'other.example', /good.pem: the certificate is for .*, not for other.example/],
    [join(dir, 'missing.pem'), key, NAME, /missing.pem: there is no such file/],
    [cert, dir, NAME, /is a folder, but a file is expected here/],
  ]
  const runs = cases.map(async ([certFile, keyFile, domain, words]) => {
    const run = await runCli([
      ...['serve', '--data', server.dataDir, '--port', '0', '--http-port', '0', '--domain', domain],
      ...['--tls-cert', certFile, '--tls-key', keyFile],
    ])
    assert.equal(run.code, 2, run.stderr)
    assert.match(run.stderr, words)
    assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr)
  })
  await Promise.all(runs)
})

test('unfinished handshakes occupy few places, lose them to voters, and end in time', async (t) => {
  // Besides them, a voter with a complete handshake whose body does not arrive.
  const body = await handshake(server.url, used.cert)
  t.after(() => body.destroy())
  body.write(
    `POST /vote HTTP/1.1\r\nhost: ${NAME}\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{`,
  )
  let answer = ''
  body.on('data', (chunk) => {
    answer += String(chunk)
  })
  const bodyEnd = closeOf(body)

  const ends: Promise<unknown>[] = []
  /** How long each closed connection lasted. */
  const lastedMs: number[] = []
  let open = 0
  const sinceMs = performance.now()
  for (let i = 0; i < PER_ADDRESS * 3; i++) {
    const socket = connectPlain({ port, host: '127.0.0.1', localAddress: STRANGER }).on('error', () => {})
    t.after(() => socket.destroy())
    socket.resume()
    const bornMs = performance.now()
    ends.push(
      closeOf(socket).then(() => {
        open--
        lastedMs.push(performance.now() - bornMs)
      }),
    )
    await once(socket, 'connect')
    open++
    // The beginning of a greeting, or nothing.
    if (i % 2 === 0) socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))
  }
  const voter = secureClient(used.cert, STRANGER)
  assert.equal((await voter.vote(server.url, server.keys[2]!, 'ada')).status, 201)
  while (open > PER_ADDRESS - 1) await Promise.race(ends.splice(0, 1))
  // Newcomers have taken their places: the time limit of 10 s has not ended these.
  const displaced = lastedMs.filter((ms) => ms < 9_000).length
  assert.ok(displaced > PER_ADDRESS, `${displaced} lost their places`)
  voter.close()
  await Promise.all(ends)
  assert.ok(performance.now() - sinceMs < 40_000)
  await bodyEnd
  assert.match(answer, /^HTTP\/1\.1 408 /)
  assert.match(answer, /"code":"too-slow"/)
  assert.match(answer, /strict-transport-security/i)
})

test('bytes that are not TLS, or break off, end only that connection', async () => {
  for (const text of ['POST /vote HTTP/1.1\r\nhost: x\r\n\r\n', '\u0000'.repeat(500), 'x']) {
    const socket = connectPlain(port, '127.0.0.1').on('error', () => {})
    socket.resume()
    await once(socket, 'connect')
    socket.end(text)
    await once(socket, 'close')
  }
  assert.equal((await client.ask(`${server.url}/readyz`)).status, 200)
})
