/**
 * Elections are added and removed while a server runs, and processes that start and end own a
 * folder in turn.
 */
import assert from 'node:assert/strict'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openElectionFile, readKeys, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

const statusOf = async (url: string, init?: RequestInit) => (await fetch(url, init)).status

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(50)
}

/** Removes a folder into which a server may write meanwhile. */
function removeInUse(folder: string): void {
  rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 50 })
}

/** Creates another election in the folder of a server. */
async function init(server: TestServer, id: string, args: readonly string[] = []) {
  const definition = join(server.dir, `${id}.json`)
  const keysFile = join(server.dir, `${id}-keys.csv`)
  writeFileSync(definition, JSON.stringify(openElectionFile({ id, title: id })))
  rmSync(keysFile, { force: true })
  const run = await runCli([
    ...['init', '--definition', definition, '--roll', join(server.dir, 'voters.csv')],
    ...['--data', server.dataDir, '--keys', keysFile, ...args],
  ])
  assert.equal(run.code, 0, run.stderr)
  return { stdout: run.stdout, keys: readKeys(keysFile) }
}

const castIn = (server: TestServer, id: string, key: { personal_id: string; guid: string }) =>
  statusOf(`${server.url}/elections/${id}/ballots`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personal_id: key.personal_id, guid: key.guid, contests: { mayor: ['ada'] } }),
  })

test('a new election is served at once, and one whose folder was removed is no longer served', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(8) })
  const ids = async () => {
    const { default: id, elections } = (await (await fetch(`${server.url}/elections`)).json()) as {
      default: string
      elections: { id: string }[]
    }
    return { default: id, all: elections.map((election) => election.id).sort() }
  }
  const folderOf = (id: string) => join(server.dataDir, 'elections', id)
  try {
    const second = await init(server, 'second')
    assert.match(second.stdout, /The server that runs on the data folder serves this election already/)
    assert.deepEqual(await ids(), { default: 'test-election', all: ['second', 'test-election'] })
    assert.equal(await castIn(server, 'second', second.keys[0]!), 201)
    const results = (await (await fetch(`${server.url}/elections/second/results`)).json()) as { cast: number }
    assert.equal(results.cast, 1)
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    assert.match(metrics, /elections_ballots_cast\{election="second"\} 1/)

    const third = await init(server, 'third', ['--default'])
    assert.equal((await ids()).default, 'third')
    assert.equal((await vote(server.url, third.keys[0]!, 'ada')).status, 201)
    assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 403)

    removeInUse(folderOf('third'))
    await until(async () => !(await ids()).all.includes('third'))
    assert.equal(await castIn(server, 'third', third.keys[1]!), 404)
    assert.equal(await statusOf(`${server.url}/elections/third/results`), 404)
    // The default election is removed: another becomes the default.
    const { default: now } = await ids()
    assert.equal(now, 'test-election')
    assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 201)
    await until(
      async () =>
        !/^elections_ballots_cast\{election="third"\}/m.test(
          await (await fetch(`${server.url}/metrics`)).text(),
        ),
    )
    assert.equal(existsSync(folderOf('third')), false, 'its publisher has created it again')

    // Another election with the same id is a different one, with its own pages and tiles.
    const anew = await init(server, 'third')
    assert.equal(await castIn(server, 'third', third.keys[1]!), 403)
    assert.equal(await castIn(server, 'third', anew.keys[1]!), 201)
    const again = (await (await fetch(`${server.url}/elections/third/results`)).json()) as { cast: number }
    assert.equal(again.cast, 1)

    renameSync(folderOf('second'), join(server.dir, 'away'))
    await until(async () => !(await ids()).all.includes('second'))
    renameSync(join(server.dir, 'away'), folderOf('second'))
    await until(async () => (await ids()).all.includes('second'))
    assert.equal(await castIn(server, 'second', second.keys[0]!), 409)
    assert.equal(await castIn(server, 'second', second.keys[1]!), 201)

    removeInUse(join(server.dataDir, 'elections'))
    await until(() => server.hasEnded())
    assert.match(server.stderr(), /no election is left in the data folder/)
  } finally {
    await server.stop()
  }
})

test('an election that cannot be served is reported and skipped, and the others are served', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(4) })
  try {
    await init(server, 'second')
    const second = join(server.dataDir, 'elections', 'second')
    renameSync(second, join(server.dir, 'away'))
    await until(async () => (await statusOf(`${server.url}/elections/second`)) === 404)
    rmSync(join(server.dir, 'away', 'log-journal.db'))
    renameSync(join(server.dir, 'away'), second)
    await until(() => server.stderr().includes('a new election cannot be served'))
    assert.equal(await statusOf(`${server.url}/elections/second`), 404)
    assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 201)
  } finally {
    await server.stop()
  }
})

test('the lock decides who owns a folder: the socket of a killed server has no owner', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(4) })
  const socket = join(server.dataDir, 'control.sock')
  const extend = (year: number) =>
    runCli(['extend', '--data', server.dataDir, '--closes-at', `${year}-01-01T00:00:00Z`])
  try {
    const other = await runCli(['serve', '--data', server.dataDir, '--port', '0'])
    assert.equal(other.code, 2)
    assert.match(other.stderr, /is in use by another server \(process \d+, http/)
    const first = await extend(2100)
    assert.match(first.stdout, /the server applies it/, first.stderr)

    await server.kill()
    assert.ok(existsSync(socket))
    const second = await extend(2101)
    assert.match(second.stdout, /the next start of the server applies it/, second.stderr)
    assert.ok(existsSync(socket), 'a command removes nothing')

    await server.restart()
    const third = await extend(2102)
    assert.match(third.stdout, /the server applies it/, third.stderr)
    const past = await extend(2101)
    assert.equal(past.code, 2)
    assert.match(past.stderr, /voting already ends at 2102-01-01T00:00:00.000Z: give a later time/)
    await server.terminate()
    assert.equal(existsSync(socket), false)
  } finally {
    await server.stop()
  }
})
