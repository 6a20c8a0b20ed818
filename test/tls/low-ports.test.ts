/**
 * Ports 80 and 443 for an account that may not listen there. The server refuses in one line that
 * names the ways out, and loses nothing; each of those ways lets it listen. Accounts, rights and
 * network are real.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { unitText } from '../../src/cli/service/unit.ts'
import { handOver, isOpenToAll, type Restricted, runRestricted, serveRestricted } from '../low-ports.ts'
import { initElection, type Key, openElectionFile, readKeys, rollOf, vote } from '../server.ts'
import { freePort } from './pebble.ts'

const NAME = 'vote.example.org'
/** An ACME directory without a server, because these tests need no certificate. */
const DOMAIN = ['--domain', NAME, '--acme-directory', 'https://127.0.0.1:9/dir']
const skip = process.platform === 'linux' ? false : 'ports below 1024 are Linux’s affair'

let dir: string
let dataDir: string
let keys: readonly Key[]

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'elections-low-ports-'))
  const { keysFile } = await initElection(dir, { definition: openElectionFile(), roll: rollOf(4) })
  keys = readKeys(keysFile)
  dataDir = join(dir, 'data')
  handOver(dir)
})
after(() => rmSync(dir, { recursive: true, force: true }))

const serve = (...more: readonly string[]) => ['serve', '--data', dataDir, ...more]

/** Starts a server that ends with the test. */
async function served(t: TestContext, args: readonly string[], how?: Restricted) {
  const server = await serveRestricted(args, how)
  t.after(server.stop)
  return server
}

const trackerOf = async (answer: Response) => ((await answer.json()) as { readonly tracker: string }).tracker

/** Returns the folder's files except databases, which SQLite changes when it opens them. */
function kept(): Map<string, string> {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !/\.db(-|$)/.test(entry.name),
  )
  const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name), hashOf(join(parentPath, name))]),
  )
}

test('a refused port gives one line with the port and the ways out, and loses nothing', {
  skip,
}, async (t) => {
  const one = await served(t, serve('--port', '0'))
  const first = await vote(one.ready.url, keys[0]!, 'ada', { 'idempotency-key': 'the-first' })
  assert.equal(first.status, 201)
  const tracker = await trackerOf(first)
  assert.equal(await one.stop(), 0)
  const before = kept()
  const high = String(await freePort())
  const how = { ownNetwork: isOpenToAll() }
  for (const [port, args] of [
    [443, serve(...DOMAIN)],
    // The second port of a server whose first is allowed.
    [80, serve(...DOMAIN, '--port', high)],
    // The server had no clients, so it must not drain.
    [80, serve('--port', '80', '--drain', '60')],
  ] as const) {
    const { code, stdout, stderr } = await runRestricted(args, how)
    assert.equal(code, 2, stderr)
    assert.equal(stdout, '')
    const lines = stderr.trimEnd().split('\n')
    assert.equal(lines.length, 1, stderr)
    const [line = ''] = lines
    assert.match(line, new RegExp(`^elections: port ${port} needs more rights than this account has: `))
    for (const way of ['install-service', 'AmbientCapabilities', 'setcap', 'sysctl', '--port', '--http-port'])
      assert.ok(line.includes(way), line)
    assert.ok(line.endsWith(' [port-not-allowed]'), line)
    assert.deepEqual(kept(), before)
  }
  const again = await served(t, serve('--port', '0'))
  const same = await vote(again.ready.url, keys[0]!, 'ada', { 'idempotency-key': 'the-first' })
  assert.deepEqual([same.status, await trackerOf(same)], [201, tracker])
  assert.equal((await vote(again.ready.url, keys[0]!, 'grace')).status, 409)
  assert.equal((await vote(again.ready.url, keys[1]!, 'grace')).status, 201)
  assert.equal(await again.stop(), 0)
})

/** The first command of the README's "Put it on the Internet". */
function sysctlOfReadme(): string {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  return /^ {4}sudo (sysctl [^#\n]+)/m.exec(readme)?.[1] ?? assert.fail('README has no sysctl line')
}

/** Returns the account's rights; undefined if this machine lacks the tool. */
const WAYS: Readonly<Record<string, () => Restricted | undefined>> = {
  'the sysctl of the README': () => ({ first: sysctlOfReadme() }),
  'AmbientCapabilities, which the unit has': () => {
    const asked = { name: 'elections', command: ['node'], dataDir, hasTls: true, secrets: [] }
    assert.match(unitText({ ...asked, hasLowPort: true }), /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m)
    return { ambient: true }
  },
  'setcap on Node': () => {
    const node = join(dir, 'node')
    copyFileSync(process.execPath, node)
    chmodSync(node, 0o755)
    const { status, error, stderr } = spawnSync('setcap', ['cap_net_bind_service=+ep', node])
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined
    assert.equal(status, 0, String(stderr))
    return { node }
  },
}

for (const [name, way] of Object.entries(WAYS))
  test(`with ${name} the server listens on 443 and 80`, { skip }, async (t) => {
    const how = way()
    if (how === undefined) return t.diagnostic('NOT HELD AGAINST SETCAP: it is not installed')
    const server = await served(t, serve(...DOMAIN), { ownNetwork: true, ...how })
    assert.equal(server.ready.url, `https://${NAME}`)
    assert.equal(server.ready.http_port, 80)
    assert.equal(await server.stop(), 0)
  })

test('in a new network namespace ports below 1024 are refused, and ports above are not', {
  skip,
}, async (t) => {
  const refused = await runRestricted(serve(...DOMAIN), { ownNetwork: true })
  assert.equal(refused.code, 2, refused.stderr)
  const ports = ['--port', '8443', '--http-port', '8080']
  const server = await served(t, serve(...DOMAIN, ...ports), { ownNetwork: true })
  assert.deepEqual([server.ready.url, server.ready.http_port], [`https://${NAME}:8443`, 8080])
  assert.equal(await server.stop(), 0)
})
