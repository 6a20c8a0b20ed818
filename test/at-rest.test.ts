/**
 * Only its owner can read a data folder, except for the public log, whatever the umask was.
 */
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { exposedIn } from '../src/adapters/embedded/privacy.ts'
import type { ResultsSnapshot } from '../src/core/status/snapshot.ts'
import { type PutForward, putForward } from './moved-clock.ts'
import { initElection, openElectionFile, rollOf, runCli, startServer, vote } from './server.ts'

const DB_SIDE_FILES = ['', '-wal', '-shm']
let root: string
before(() => {
  root = mkdtempSync(join(tmpdir(), 'at-rest-'))
})
after(() => rmSync(root, { recursive: true, force: true }))

interface Found {
  readonly mode: string
  readonly isFolder: boolean
}

/**
 * Returns the mode of a folder and of everything below it, by path. A server may rename a draft
 * meanwhile: what is gone is left out.
 */
function modesIn(dir: string): Map<string, Found> {
  const modes = new Map<string, Found>()
  const look = (path: string): void => {
    const stat = statSync(path, { throwIfNoEntry: path === dir })
    if (stat === undefined) return
    const isFolder = stat.isDirectory()
    modes.set(relative(dir, path) || '.', { mode: (stat.mode & 0o777).toString(8), isFolder })
    if (isFolder) for (const name of readdirSync(path)) look(join(path, name))
  }
  look(dir)
  return modes
}

function assertPrivate(dir: string, when: string): Map<string, Found> {
  const modes = modesIn(dir)
  for (const [path, { mode, isFolder }] of modes) {
    const isPublic = /^elections\/[^/]+\/log(\/|$)/.test(path)
    assert.equal(mode, isPublic ? (isFolder ? '755' : '644') : isFolder ? '700' : '600', `${path} ${when}`)
  }
  return modes
}

/** Runs `what` under the umask; processes that it starts inherit it. */
async function under<T>(umask: number, work: () => Promise<T>): Promise<T> {
  const before = process.umask(umask)
  try {
    return await work()
  } finally {
    process.umask(before)
  }
}

async function done(clock: PutForward, ...args: string[]): Promise<void> {
  const { code, stderr } = await runCli(args, clock.env)
  assert.equal(code, 0, `${args[0]}: ${stderr}`)
}

for (const umask of [0o000, 0o022, 0o077])
  test(`umask ${umask.toString(8)}, from init to the certificate: all is 0600 and 0700 but the log`, (t) =>
    under(umask, async () => {
      const closesAtMs = Date.now() + 300_000
      const clock = putForward()
      const definition = openElectionFile({ closes_at: new Date(closesAtMs).toISOString() })
      const server = await startServer({ definition, roll: rollOf(4), env: clock.env })
      t.after(() => server.stop())
      const { dir, dataDir, url, keys, keysFile } = server
      const election = join(dataDir, 'elections/test-election')
      assert.equal((await vote(url, keys[0]!, 'ada')).status, 201)
      // The publisher opens its database at its first write.
      while (!existsSync(join(election, 'log-journal.db-wal'))) {
        assert.ok(Date.now() < closesAtMs, 'the log is being written')
        await setTimeout(50)
      }
      const modes = assertPrivate(dataDir, 'while voting')
      for (const name of ['election.db', 'log-journal.db'])
        for (const suffix of DB_SIDE_FILES)
          assert.ok(
            modes.has(`elections/test-election/${name}${suffix}`),
            `${name}${suffix} is there to look at`,
          )
      for (const name of ['server.json', 'server.lock', 'settings.json']) assert.ok(modes.has(name), name)

      const certificate = join(dir, 'certificate.pdf')
      const certify = ['certify', '--data', dataDir, '--pdf', certificate]
      clock.to(closesAtMs)
      const results = async () => (await (await fetch(`${url}/results`)).json()) as ResultsSnapshot
      while (!(await results()).log?.closed) await setTimeout(50)
      const certified = await runCli(certify, clock.env)
      assert.equal(certified.code, 0, certified.stderr)
      const [csv, letters, state] = ['results.csv', 'letters.csv', 'states/state.json'].map((name) =>
        join(dir, name),
      ) as [string, string, string]
      await done(clock, 'export', '--data', dataDir, '--format', 'csv', '--out', csv)
      await done(
        clock,
        'letters',
        '--keys',
        keysFile,
        '--data',
        dataDir,
        '--url',
        `${url}/e/test-election`,
        '--out',
        letters,
      )
      await done(clock, 'verify', join(election, 'log'), '--state', state)
      const after = assertPrivate(dataDir, 'after the certificate')
      assert.ok([...after.keys()].some((path) => /log\/tile\/entries\//.test(path)))
      assert.ok(after.has('elections/test-election/log/certification.json'))
      for (const path of [keysFile, csv, certificate, letters, state])
        assert.equal(statSync(path).mode & 0o777, 0o600, path)
      assert.equal(statSync(join(dir, 'states')).mode & 0o777, 0o700)
    }))

/** Makes the folder as an older version left it: readable by all, and writable under umask 0. */
function openToAll(dir: string, folderMode: number, fileMode: number): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? folderMode : fileMode)
  chmodSync(dir, folderMode)
}

async function electionIn(t: TestContext, name: string): Promise<string> {
  const dir = join(root, name)
  mkdirSync(dir)
  await initElection(dir, { definition: openElectionFile(), roll: rollOf(4) })
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'data')
}

test('the next command closes a folder that an older version left open, and reports it once', async (t) => {
  for (const [name, folderMode, fileMode] of [
    ['old-022', 0o755, 0o644],
    ['old-000', 0o777, 0o666],
  ] as const) {
    const data = await electionIn(t, name)
    openToAll(data, folderMode, fileMode)
    chmodSync(join(data, 'elections/test-election/log'), folderMode)
    const told = await runCli(['doctor', '--data', data])
    assert.equal(told.code, 1)
    assert.match(
      told.stdout,
      /✗ other users of this machine can read only the public log.*mode 0[67][4567][4567]/,
    )
    assert.equal(statSync(join(data, 'elections')).mode & 0o777, folderMode, 'doctor changes nothing')
    const tally = await runCli(['tally', '--data', data])
    assert.equal(tally.code, 0)
    assert.match(tally.stderr, /other accounts of this machine could read or change \d+ files and folders/)
    assert.equal(tally.stderr.trim().split('\n').length, 1)
    assertPrivate(data, `mended, ${name}`)
    const again = await runCli(['tally', '--data', data])
    assert.equal(again.stderr, '')
    assert.equal((await runCli(['doctor', '--data', data])).code, 0)
  }
})

test('a server closes an open folder, including the side files of a database in use', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(4) })
  t.after(() => server.stop())
  await server.kill()
  assert.ok(existsSync(join(server.dataDir, 'elections/test-election/election.db-wal')))
  openToAll(server.dataDir, 0o755, 0o644)
  await server.restart()
  assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 201)
  assertPrivate(server.dataDir, 'served again')
  assert.match(server.stderr(), /could read or change/)
})

test('a deliberately opened path to the log stays open; folders of other users are unchanged', async (t) => {
  const data = await electionIn(t, 'passed-through')
  const way = ['', 'elections', 'elections/test-election'].map((path) => join(data, path))
  for (const folder of way) chmodSync(folder, 0o711)
  assert.equal((await runCli(['tally', '--data', data])).stderr, '')
  for (const folder of way) assert.equal(statSync(folder).mode & 0o777, 0o711)
  assert.deepEqual(exposedIn(data), [])

  mkdirSync(join(data, 'website'))
  chmodSync(join(data, 'website'), 0o755)
  chmodSync(data, 0o755)
  const target = join(root, 'elsewhere')
  writeFileSync(target, '')
  chmodSync(target, 0o644)
  symlinkSync(target, join(data, 'elections/test-election/a-link'))
  chmodSync(join(data, 'settings.json'), 0o644)
  await runCli(['tally', '--data', data])
  assert.equal(statSync(join(data, 'settings.json')).mode & 0o777, 0o600)
  for (const path of [data, join(data, 'website')]) assert.equal(statSync(path).mode & 0o777, 0o755, path)
  assert.equal(statSync(target).mode & 0o777, 0o644, 'what a link leads to is not ours')
})
