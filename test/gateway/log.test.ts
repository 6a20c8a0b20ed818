/**
 * Tests the public log over HTTP, on a real server: files, proofs, the close, and the states from
 * which a server refuses to continue.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { fromBase64url } from '../../src/core/election/text-bytes.ts'
import { parseRecord } from '../../src/core/log/record.ts'
import { decodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { asHash, leafHash } from '../../src/core/tlog/merkle.ts'
import { checkProof, parseProof } from '../../src/core/tlog/proof.ts'
import { openCheckpoint } from '../../src/core/tlog/signed-checkpoint.ts'
import { putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

const hasher = nodeTreeHasher()
const FAST = ['--publish-every', '0.2']
const logDir = (server: TestServer) => join(server.dataDir, 'elections', 'test-election', 'log')
const electionDir = (server: TestServer) => join(server.dataDir, 'elections', 'test-election')
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const leafHex = (entry: Uint8Array) => Buffer.from(leafHash(hasher, entry)).toString('hex')
const trackerOf = async (answer: Response) => ((await answer.json()) as { tracker: string }).tracker

function identity(server: TestServer) {
  const genesis = parseRecord(readFileSync(join(logDir(server), 'genesis.json'), 'utf8'))
  assert.ok(genesis.entry === 'genesis')
  return { origin: genesis.log.slice(0, genesis.log.indexOf('+')), verifierKey: genesis.log }
}

async function checkpoint(server: TestServer) {
  const note = await (await fetch(`${server.url}/log/checkpoint`)).text()
  return openCheckpoint(hasher.sha256, ed25519Verify, identity(server), note)
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 60_000
  while (!(await holds().catch(() => false))) {
    assert.ok(performance.now() < endMs, `${what} did not happen in time`)
    await sleep(20)
  }
}

test('files and proofs of a growing log are served', async () => {
  const definition = openElectionFile({ suppress_below: 1 })
  const server = await startServer({ definition, roll: rollOf(400), args: FAST })
  try {
    const trackers: string[] = []
    for (const [i, key] of server.keys.slice(0, 300).entries())
      trackers.push(await trackerOf(await vote(server.url, key, ['ada', 'grace'][i % 2]!)))
    // Requested at once, it is answered when it is published.
    const proofs = await Promise.all(
      trackers
        .slice(-3)
        .map(async (tracker) => ({ tracker, answer: await fetch(`${server.url}/log/proof/${tracker}`) })),
    )
    for (const { tracker, answer } of proofs) {
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
      const proof = parseProof(await answer.text())
      const leaf = asHash(Uint8Array.from(fromBase64url(tracker)!))
      assert.equal(checkProof(hasher, proof, leaf).included, true)
      openCheckpoint(hasher.sha256, ed25519Verify, identity(server), proof.checkpoint)
    }
    await until('everything published', async () => (await checkpoint(server)).size === 301)

    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${server.url}${path}`, { headers: { 'accept-encoding': 'identity', ...headers } })
    const full = await get('/log/tile/0/000')
    assert.equal(full.headers.get('content-type'), 'application/octet-stream')
    assert.equal(full.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(full.headers.get('access-control-allow-origin'), '*')
    assert.equal(full.headers.get('cross-origin-resource-policy'), 'cross-origin')
    const tile = Buffer.from(await full.arrayBuffer())
    assert.equal(tile.length, 8192)
    assert.equal((await get('/log/tile/0/000', { 'if-none-match': full.headers.get('etag')! })).status, 304)
    const bundle = await get('/elections/test-election/log/tile/entries/000')
    const entries = decodeBundle(new Uint8Array(await bundle.arrayBuffer()), 256)
    assert.equal(entries.length, 256)
    const zipped = await fetch(`${server.url}/log/tile/entries/000`, {
      headers: { 'accept-encoding': 'gzip' },
    })
    assert.equal(zipped.headers.get('content-encoding'), 'gzip')
    assert.notEqual(zipped.headers.get('etag'), bundle.headers.get('etag'))
    assert.equal(decodeBundle(new Uint8Array(await zipped.arrayBuffer()), 256).length, 256)
    const partial = await get('/log/tile/0/001.p/45')
    assert.equal(partial.headers.get('cache-control'), 'public, max-age=60')
    assert.equal((await partial.arrayBuffer()).byteLength, 45 * 32)
    // Removed partial files are answered from the beginning of the full one.
    const short = Buffer.from(await (await get('/log/tile/0/000.p/200')).arrayBuffer())
    assert.deepEqual(short, tile.subarray(0, 200 * 32))
    const shortBundle = await get('/log/tile/entries/000.p/200')
    assert.equal(decodeBundle(new Uint8Array(await shortBundle.arrayBuffer()), 200).length, 200)
    const head = await get('/log/checkpoint')
    assert.equal(head.headers.get('content-type'), 'text/plain; charset=utf-8')
    assert.equal(head.headers.get('cache-control'), 'public, max-age=1')
    for (const name of ['definition.json', 'districts.json', 'genesis.json'])
      assert.equal((await get(`/log/${name}`)).status, 200, name)
    assert.equal(
      sha256(await (await get('/log/definition.json')).text()),
      sha256(readFileSync(join(electionDir(server), 'election.json'))),
    )

    for (const path of [
      'tile/0/0',
      'tile/00/000',
      'tile/0/x000/000',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/64/000',
      'tile/0/999',
      '%2e%2e/keys/log-key',
      '..%2fkeys%2flog-key',
      'tile/0/..%2f..%2f..%2f..%2fkeys/log-key',
      'keys',
      '',
      'tile',
      '.checkpoint.new',
      'proof/x',
      `proof/${'A'.repeat(43)}`,
      `proof/${'A'.repeat(42)}B`,
      'proof/../checkpoint%00',
    ]) {
      const answer = await get(`/log/${path}`)
      assert.equal(answer.status, 404, path)
      assert.equal(((await answer.json()) as { code: string }).code, 'not-found', path)
    }
    // The files may exist before the server has the publisher's report.
    await until('the results to show it', async () => {
      const { log } = (await (await fetch(`${server.url}/results`)).json()) as {
        log: Record<string, unknown>
      }
      return log.size === 301 && log.behind === 0 && log.closed === false
    })
    await until('the metrics to show it', async () =>
      /elections_log_leaves\{election="test-election"\} 301/.test(
        await (await fetch(`${server.url}/metrics`)).text(),
      ),
    )
  } finally {
    assert.equal(await server.stop(), 0)
  }
})

test('results after the close: no ballot is in the log before the end, then all are, sorted', async () => {
  const closesAtMs = Date.now() + 300_000
  const clock = putForward()
  const definition = openElectionFile({
    results: 'after-close',
    closes_at: new Date(closesAtMs).toISOString(),
  })
  const server = await startServer({ definition, roll: rollOf(300), args: FAST, env: clock.env })
  try {
    for (const [i, key] of server.keys.slice(0, 270).entries()) {
      const answer = await vote(server.url, key, ['ada', 'grace', 'alan'][i % 3]!)
      assert.equal(answer.status, 201)
    }
    // The publisher runs ten times a second: by then it has run, and has published nothing.
    await sleep(1_000)
    assert.equal((await checkpoint(server)).size, 1)
    const files = readdirSync(join(logDir(server), 'tile'), { recursive: true }).map(String)
    assert.deepEqual(
      files.filter((path) => path.endsWith('2') || path.endsWith('000')),
      [],
    )
    clock.to(closesAtMs)
    const state = async () =>
      ((await (await fetch(`${server.url}/results`)).json()) as { log: { closed: boolean; size: number } })
        .log
    await until('the close', async () => (await state()).closed)
    const { size } = await checkpoint(server)
    const width = size % 256
    const path = size > 256 ? `001.p/${width}` : width === 0 ? '000' : `000.p/${width}`
    const last = await fetch(`${server.url}/log/tile/entries/${path}`)
    const entries = decodeBundle(new Uint8Array(await last.arrayBuffer()), size > 256 ? width : size)
    const close = parseRecord(new TextDecoder().decode(entries.at(-1)))
    assert.ok(close.entry === 'close')
    // Genesis and end come before them, the close after them.
    assert.deepEqual([close.ballots, size], [270, 273])
    const first = decodeBundle(readFileSync(join(logDir(server), 'tile', 'entries', '000')), 256)
    const end = parseRecord(new TextDecoder().decode(first[1]))
    assert.deepEqual([end.entry, end.entry === 'end' && end.ballots], ['end', size - 3])
    const inOrder = first.slice(2).map((entry) => leafHex(entry))
    assert.deepEqual(inOrder, inOrder.toSorted())
    assert.deepEqual(
      readdirSync(electionDir(server)).filter((name) => name.startsWith('.')),
      [],
    )
    assert.equal(close.keysIssued, 300)
    assert.equal(close.resultSha256, sha256(await (await fetch(`${server.url}/results.json`)).text()))
    assert.ok(close.atMs >= closesAtMs)
    // Another start adds nothing.
    await server.restart()
    await until('the log is known', async () => (await state()).closed)
    assert.equal((await checkpoint(server)).size, size)
    assert.equal((await runCli(['doctor', '--data', server.dataDir], clock.env)).code, 0)
  } finally {
    await server.stop()
  }
})

test('a folder that cannot be written delays the log, but never a vote', async () => {
  const server = await startServer({
    definition: openElectionFile({ suppress_below: 1 }),
    roll: rollOf(20),
    args: FAST,
  })
  try {
    const tiles = join(logDir(server), 'tile')
    await until('the publisher', async () =>
      (await (await fetch(`${server.url}/healthz`)).text()).includes('"size":1'),
    )
    renameSync(tiles, `${tiles}.away`)
    writeFileSync(tiles, 'in the way')
    for (const key of server.keys.slice(0, 10)) assert.equal((await vote(server.url, key, 'ada')).status, 201)
    await until('the failure is reported', async () =>
      /elections_log_failures_total\{election="test-election"\} [1-9]/.test(
        await (await fetch(`${server.url}/metrics`)).text(),
      ),
    )
    await until('the failure is logged', async () =>
      server.stderr().includes('publishing failed; trying again'),
    )
    assert.equal((await vote(server.url, server.keys[10]!, 'grace')).status, 201)
    rmSync(tiles)
    renameSync(`${tiles}.away`, tiles)
    await until('it has caught up', async () => (await checkpoint(server)).size === 12)
  } finally {
    await server.stop()
  }
})

test('older data, a lost key and a lost journal are refused; a lost folder is created again', async () => {
  const server = await startServer({
    definition: openElectionFile({ suppress_below: 1 }),
    roll: rollOf(40),
    args: FAST,
  })
  const refusal = async (expected: 2 | 3) => {
    const run = await runCli(['serve', '--data', server.dataDir, '--port', '0'])
    assert.equal(run.code, expected, run.stderr)
    return run.stderr
  }
  const dir = electionDir(server)
  const swap = (name: string, other: string) => {
    renameSync(join(dir, name), join(server.dir, 'kept'))
    if (other !== '') cpSync(other, join(dir, name), { recursive: true })
    return () => {
      rmSync(join(dir, name), { recursive: true, force: true })
      renameSync(join(server.dir, 'kept'), join(dir, name))
    }
  }
  /**
   * Once the log has `leaves`, stops the server and merges the write-ahead logs, so that each file
   * is its whole database. The next server publishes what is unpublished when one ends.
   */
  const settle = async (leaves: number) => {
    await until(`${leaves} leaves`, async () => (await checkpoint(server)).size === leaves)
    assert.equal(await server.terminate(), 0)
    for (const name of ['election.db', 'log-journal.db']) {
      const database = new DatabaseSync(join(dir, name))
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
    }
  }
  try {
    for (const key of server.keys.slice(0, 10)) await vote(server.url, key, 'ada')
    await settle(11)
    const older = join(server.dir, 'older')
    mkdirSync(older)
    for (const name of ['election.db', 'log-journal.db']) copyFileSync(join(dir, name), join(older, name))
    await server.restart()
    for (const key of server.keys.slice(10, 20)) await vote(server.url, key, 'grace')
    await settle(21)

    let undo = swap('election.db', join(older, 'election.db'))
    assert.match(await refusal(3), /10 ballots that the public log was made from are not stored/)
    const doctor = await runCli(['doctor', '--data', server.dataDir])
    assert.equal(doctor.code, 1)
    assert.match(doctor.stdout, /public log matches the ballots and the journal: 10 ballots/)
    undo()
    undo = swap('log-journal.db', join(older, 'log-journal.db'))
    assert.match(await refusal(3), /the published checkpoint has 21 leaves, the journal 11/)
    undo()
    undo = swap('log-journal.db', '')
    assert.match(await refusal(2), /journal of the public log, restore it/)
    undo()
    undo = swap('keys/log-key', '')
    assert.match(await refusal(2), /key of the public log, restore it/)
    undo()

    const note = readFileSync(join(logDir(server), 'checkpoint'), 'utf8')
    rmSync(join(logDir(server), 'tile'), { recursive: true })
    rmSync(join(logDir(server), 'checkpoint'))
    await server.restart()
    await until('the folder is back', async () => (await checkpoint(server)).size === 21)
    assert.equal(readFileSync(join(logDir(server), 'checkpoint'), 'utf8'), note)
  } finally {
    await server.stop()
  }
})

test('an election older than public logs gets its log when it is served', async () => {
  const server = await startServer({
    definition: openElectionFile({ suppress_below: 1 }),
    roll: rollOf(10),
    args: FAST,
  })
  try {
    await vote(server.url, server.keys[0]!, 'ada')
    await server.terminate()
    const dir = electionDir(server)
    for (const name of ['log', 'log-journal.db', 'keys/log-key']) rmSync(join(dir, name), { recursive: true })
    const database = new DatabaseSync(join(dir, 'election.db'))
    database.exec("DELETE FROM facts WHERE name = 'log'")
    database.close()
    await server.restart()
    await until('its ballot is in it', async () => (await checkpoint(server)).size === 2)
    assert.match(server.stderr(), /a public log was created for this election/)
  } finally {
    await server.stop()
  }
})

test('an extension is an entry of the log, which the server applies', async () => {
  const later = '2199-01-01T00:00:00.000Z'
  const definition = openElectionFile({ suppress_below: 1 })
  const server = await startServer({ definition, roll: rollOf(10), args: FAST })
  const extend = (closesAt: string) =>
    runCli(['extend', '--data', server.dataDir, '--closes-at', closesAt, '--json'])
  try {
    await vote(server.url, server.keys[0]!, 'ada')
    // Extension while it runs: test/control/served.test.ts.
    await server.terminate()
    assert.match((await extend('2098-01-01T00:00:00Z')).stderr, /give a later time/)
    assert.equal((await extend('tomorrow')).code, 2)
    const run = await extend(later)
    assert.equal(run.code, 0, run.stderr)
    assert.equal((await extend(later)).code, 2)
    await server.restart()
    await vote(server.url, server.keys[1]!, 'grace')
    await until('three and the genesis', async () => (await checkpoint(server)).size === 4)
    const bundle = await fetch(`${server.url}/log/tile/entries/000.p/4`)
    const entries = decodeBundle(new Uint8Array(await bundle.arrayBuffer()), 4)
    const record = parseRecord(new TextDecoder().decode(entries[2]))
    assert.ok(record.entry === 'amendment')
    assert.deepEqual(record.change, { closesAtMs: Date.parse(later) })
    const { election } = (await (await fetch(`${server.url}/results`)).json()) as {
      election: { closes_at: string }
    }
    assert.equal(election.closes_at, later)
    assert.equal((await runCli(['doctor', '--data', server.dataDir])).code, 0)
  } finally {
    await server.stop()
  }
})
