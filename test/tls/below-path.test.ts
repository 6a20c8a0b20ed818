/**
 * A server with TLS below a path of its host (`--base`), with its port without TLS. Redirects keep
 * the path, nothing is cast in clear, and pages, API and log are below the path.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openElectionFile, rollOf, runCli, startServer, type TestServer } from '../server.ts'
import { testCertificate } from './certificates.ts'
import { askInClear, type SecureAnswer, type SecureClient, secureClient } from './secure-client.ts'

const NAME = 'vote.example.org'
const JSON_BODY = { 'content-type': 'application/json' }

let dir: string
let certFile: string
let server: TestServer
let client: SecureClient
/** Scheme, name and port. */
let origin: string

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'below-path-'))
  const { cert, key } = testCertificate({ names: [NAME, 'localhost'] })
  certFile = join(dir, 'cert.pem')
  writeFileSync(certFile, cert)
  writeFileSync(join(dir, 'key.pem'), key, { mode: 0o600 })
  server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(4),
    args: [
      ...['--domain', NAME, '--host', '127.0.0.1', '--http-port', '0'],
      ...['--tls-cert', certFile, '--tls-key', join(dir, 'key.pem')],
      ...['--base', '/county/vote/', '--publish-every', '0.2'],
    ],
  })
  origin = new URL(server.url).origin
  client = secureClient(cert)
})

after(async () => {
  client?.close()
  await server?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const inClear = (path: string, asked?: Parameters<typeof askInClear>[2]) =>
  askInClear(server.httpPort!, path, { ...asked, headers: { host: NAME, ...asked?.headers } })
const below = (path: string) => client.ask(`${server.url}${path}`)

test('port 80 redirects people to the same path, which leads to the page', async () => {
  assert.equal(server.url, `${origin}/county/vote`)
  for (const path of ['/county/vote/', '/county/vote/e/test-election?lang=es', '/county/vote/results']) {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await inClear(path, { method })
      assert.deepEqual([status, headers.location], [301, `${origin}${path}`], method)
    }
    assert.equal((await client.ask(`${origin}${path}`)).status, 200, path)
  }
  // Without the last slash, and without the path.
  const { headers } = await inClear('/county/vote')
  assert.equal(headers.location, `${origin}/county/vote`)
  const bare = await client.ask(`${origin}/county/vote`)
  assert.deepEqual([bare.status, bare.headers.location], [308, '/county/vote/'])
  assert.equal((await inClear('/other')).headers.location, `${origin}/other`)
})

test('port 80 refuses votes at every address, and uses no key', async () => {
  const [key] = server.keys
  const { personal_id, guid } = key!
  const vote = JSON.stringify({ personal_id, guid, candidate: 'ada' })
  const ballot = JSON.stringify({ personal_id, guid, contests: { mayor: ['ada'] } })
  for (const [path, body] of [
    ['/county/vote/vote', vote],
    ['/vote', vote],
    ['/county/vote/ballots', `${ballot}\n`],
    ['/county/vote/elections/test-election/ballots', ballot],
  ] as const) {
    const refused = await inClear(path, { method: 'POST', body, headers: JSON_BODY })
    assert.equal(refused.status, 403, path)
    assert.equal((JSON.parse(refused.body) as { code: string }).code, 'in-clear', path)
    assert.equal(refused.headers.location, undefined)
    assert.equal(refused.headers['strict-transport-security'], undefined)
  }
  assert.equal((await client.vote(server.url, key!, 'ada')).status, 201)
})

test('port 80 answers health checks, below the path and without it', async () => {
  for (const path of ['/healthz', '/county/vote/healthz', '/readyz', '/county/vote/readyz'])
    assert.equal((await inClear(path)).status, 200, path)
})

/** Returns the addresses of the same server in a page. */
const linksIn = ({ body }: SecureAnswer): readonly string[] =>
  [...body.matchAll(/\b(?:href|src)="(\/[^"]*)"/g)].map(([, link]) => link!)

test('pages and their files are below the path, and browsers get HSTS', async () => {
  for (const path of ['/', '/e/test-election', '/e/test-election/results', '/verify', '/docs']) {
    let page = await below(path)
    if (page.status >= 300 && page.status < 400) page = await client.ask(origin + page.headers.location)
    assert.equal(page.status, 200, path)
    assert.equal(page.headers['strict-transport-security'], 'max-age=31536000', path)
    assert.ok(!page.body.includes('in-clear'), path)
    const links = linksIn(page)
    assert.ok(links.length > 0, path)
    for (const link of links) {
      assert.match(link, /^\/county\/vote\//, path)
      const file = await client.ask(origin + link)
      assert.equal(file.status, 200, link)
      assert.equal(file.headers['strict-transport-security'], 'max-age=31536000', link)
    }
  }
})

test('votes, counts, the log and its verifier are below the path', async () => {
  const { personal_id, guid } = server.keys[1]!
  const cast = await client.ask(`${server.url}/elections/test-election/ballots`, {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify({ personal_id, guid, contests: { mayor: ['grace'] } }),
  })
  assert.equal(cast.status, 201, cast.body)
  assert.equal((await client.vote(server.url, server.keys[1]!, 'ada')).status, 409)
  for (const path of ['/results', '/results.json', '/log/checkpoint', '/openapi.json', '/metrics'])
    assert.equal((await below(path)).status, 200, path)
  for (;;) {
    const { body } = await below('/results')
    const { cast: ballots } = JSON.parse(body) as { cast: number }
    if (ballots === 2) break
    await sleep(20)
  }
  const verified = await runCli(
    ['verify', `${server.url.replace(NAME, 'localhost')}/`, '--state', join(dir, 'state'), '--json'],
    { NODE_EXTRA_CA_CERTS: certFile },
  )
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
})
