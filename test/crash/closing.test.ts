/**
 * `kill -9` at each step of ending a log: the end entry, the rest that was held back, the close.
 * Each is decided in the journal, then written as files, then made visible by its checkpoint. One
 * server after the other is killed on the same folder, each a step further. In the end the log
 * equals that of a server that was never killed, byte for byte.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import { movedClock } from '../moved-clock.ts'
import { MAIN, openElectionFile, rollOf, runCli, startServer, vote } from '../server.ts'
import { killedAt } from './kill-at.ts'

const ROWS = ['end', 'rest', 'close']
const STEPS = ROWS.flatMap((row) => [
  `before journal ${row}`,
  `after journal ${row}`,
  'before file tile/entries',
  'before file checkpoint',
])
/** Two districts of 24 and 23: with k = 10, each has published one group. */
const VOTES = 47
/** Leaves before the end: the genesis, and the groups if results are live. */
const LEAVES = { live: 21, 'after-close': 1 } as const

for (const changes of [{ results: 'live', suppress_below: 10 }, { results: 'after-close' }] as const)
  test(`killed at each step of its end, a log has the same bytes: results ${changes.results}`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'closing-'))
    try {
      const definition = openElectionFile(changes)
      const clockFile = join(dir, 'clock')
      writeFileSync(clockFile, String(Date.parse(definition.closes_at) + 1_000))
      const clock = movedClock(clockFile)
      const [whole, killed] = [join(dir, 'whole'), join(dir, 'killed')]
      await votedIn(definition, LEAVES[changes.results], [whole, killed])
      // A batch may have the groups of both districts, or of one.
      const groups = written(whole)
        .journal.slice(1)
        .map(() => 'group')

      await serveUntilClosed(whole, clock)
      const expected = written(whole)
      const names = expected.journal.map(({ record, everything }) =>
        record === null ? (everything === 1 ? 'rest' : 'group') : JSON.parse(String(record)).entry,
      )
      assert.deepEqual(names, ['genesis', ...groups, ...ROWS])

      const rootOf = new Map(expected.journal.map(({ size, root }) => [size, base64(root)]))
      for (const step of STEPS) {
        assert.equal(await serveUntilKilled(killed, clock, step), 'SIGKILL', `never reached: ${step}`)
        const now = written(killed)
        assert.deepEqual(now.journal, expected.journal.slice(0, now.journal.length), `journal, ${step}`)
        const [, size, root] = now.files.get('checkpoint')!.split('\n')
        assert.equal(root, rootOf.get(Number(size)), `checkpoint of ${size} leaves, ${step}`)
      }
      await serveUntilClosed(killed, clock)
      assert.deepEqual(written(killed), expected)

      for (const args of [
        ['doctor', '--data', killed],
        ['verify', logDir(killed), '--state', join(dir, 'state.json')],
      ]) {
        const { code, stdout, stderr } = await runCli(args, clock)
        assert.equal(code, 0, stdout + stderr)
      }
    } finally {
      rmSync(dir, { recursive: true })
    }
  })

/**
 * Copies of a data folder whose voters have voted, and whose log has published what it may before
 * the end.
 */
async function votedIn(
  definition: ReturnType<typeof openElectionFile>,
  leaves: number,
  copies: readonly string[],
): Promise<void> {
  const server = await startServer({ definition, roll: rollOf(60), args: ['--publish-every', '0.2'] })
  try {
    const cast = await Promise.all(
      server.keys.slice(0, VOTES).map((key, i) => vote(server.url, key, i % 3 === 0 ? 'ada' : 'alan')),
    )
    assert.ok(cast.every(({ status }) => status === 201))
    const published = async () => (await (await fetch(`${server.url}/log/checkpoint`)).text()).split('\n')[1]
    for (let i = 0; (await published()) !== String(leaves); i++) {
      assert.ok(i < 3_000, `${await published()} leaves are published instead of ${leaves}`)
      await sleep(20)
    }
    await server.terminate()
    for (const copy of copies) cpSync(server.dataDir, copy, { recursive: true })
  } finally {
    await server.stop()
  }
}

function serve(dataDir: string, env: Readonly<Record<string, string>>) {
  return spawn(process.execPath, [MAIN, 'serve', '--data', dataDir, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
  })
}

async function serveUntilKilled(
  dataDir: string,
  clock: Readonly<Record<string, string>>,
  step: string,
): Promise<NodeJS.Signals | 'closed' | null> {
  const kill = killedAt(step)
  const NODE_OPTIONS = `${clock.NODE_OPTIONS} ${kill.NODE_OPTIONS}`
  const server = serve(dataDir, { ...clock, ...kill, NODE_OPTIONS })
  const ended = once(server, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const closed = closedBy(server).then((): [null, 'closed'] => [null, 'closed'])
  const [, signal] = await Promise.race([ended, closed])
  if (signal === 'closed') {
    server.kill('SIGTERM')
    await ended
  }
  return signal
}

async function serveUntilClosed(dataDir: string, clock: Readonly<Record<string, string>>): Promise<void> {
  const server = serve(dataDir, clock)
  const ended = once(server, 'exit')
  await Promise.race([closedBy(server), ended.then(([code]) => assert.fail(`the server ended with ${code}`))])
  server.kill('SIGTERM')
  await ended
}

/** Resolves once the server's log has its close; never, if the server is killed before. */
async function closedBy(server: ReturnType<typeof serve>): Promise<void> {
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
  const { url } = JSON.parse(line) as { url: string }
  for (;;) {
    const results = await fetch(`${url}/results`).then(
      async (answer) => (await answer.json()) as ResultsSnapshot,
      () => null,
    )
    if (results?.log?.closed) return
    if (server.exitCode !== null || server.signalCode !== null) return new Promise(() => {})
    await sleep(50)
  }
}

interface Written {
  readonly journal: readonly Record<string, unknown>[]
  /**
   * By path in the log's folder, one character per byte. Drafts of interrupted writes are hidden
   * files, and are ignored.
   */
  readonly files: ReadonlyMap<string, string>
}

function logDir(dataDir: string): string {
  return join(dataDir, 'elections', 'test-election', 'log')
}

function written(dataDir: string): Written {
  const database = new DatabaseSync(join(dataDir, 'elections', 'test-election', 'log-journal.db'))
  const journal = database.prepare('SELECT * FROM batches ORDER BY batch').all()
  database.close()
  const dir = logDir(dataDir)
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()
  return { journal, files: new Map(paths.map((path) => [path, readFileSync(join(dir, path), 'latin1')])) }
}

function base64(bytes: unknown): string {
  return Buffer.from(bytes as Uint8Array).toString('base64')
}
