/** Elections change while votes come in: no request fails, and the resulting log verifies. */
import assert from 'node:assert/strict'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { putForward } from '../moved-clock.ts'
import {
  type Key,
  openElectionFile,
  readKeys,
  rollOf,
  runCli,
  startServer,
  type TestServer,
  vote,
} from '../server.ts'

const VOTES_PER_SECOND = 50
const CANDIDATES = ['ada', 'grace', 'alan']

interface Stream {
  readonly statuses: Map<number, number>
  readonly slowestMs: () => number
  readonly stop: () => Promise<void>
}

/** Sends votes at a steady rate, each once: any answer counts. */
function steadily(url: string, keys: readonly Key[]): Stream {
  const pool = new Pool(url, { connections: 20 })
  const statuses = new Map<number, number>()
  const underWay = new Set<Promise<void>>()
  let slowestMs = 0
  let next = 0
  const one = async (key: Key, number: number): Promise<void> => {
    const startMs = performance.now()
    const status = await pool
      .request({
        path: '/vote',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...key, district: undefined, candidate: CANDIDATES[number % 3] }),
      })
      .then(async ({ statusCode, body }) => {
        await body.dump()
        return statusCode
      })
      .catch(() => 0)
    slowestMs = Math.max(slowestMs, performance.now() - startMs)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  const startMs = performance.now()
  const timer = setInterval(() => {
    // Sends as many as are due: a busy machine must not reduce their number.
    const due = Math.floor(((performance.now() - startMs) / 1000) * VOTES_PER_SECOND)
    while (next < due && next < keys.length) {
      const cast = one(keys[next]!, next++).finally(() => underWay.delete(cast))
      underWay.add(cast)
    }
  }, 10)
  return {
    statuses,
    slowestMs: () => slowestMs,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(underWay)
      if (!pool.closed) await pool.close()
    },
  }
}

interface Shown {
  readonly phase: string
  readonly eligible: number
  readonly cast: number
  readonly election: { readonly closes_at: string }
  readonly districts: readonly { readonly id: string; readonly eligible: number }[]
  readonly invariant: { readonly holds: boolean }
  readonly log: { readonly closed: boolean; readonly behind: number } | null
}

const shown = async ({ url }: TestServer) => (await (await fetch(`${url}/results`)).json()) as Shown

function lateRoll(server: TestServer, name: string, voters: number, district: string): string {
  const path = join(server.dir, name)
  const rows = Array.from({ length: voters }, (_, i) => `${name}-${i},${district}`)
  writeFileSync(path, `personal_id,district\n${rows.join('\n')}\n`)
  return path
}

test('at 50 votes a second voting is extended and voters are added, and not one request fails', async (t) => {
  const firstEndMs = Date.now() + 300_000
  const newEndMs = firstEndMs + 60_000
  const clock = putForward()
  const server = await startServer({
    definition: openElectionFile({ closes_at: new Date(firstEndMs).toISOString() }),
    roll: rollOf(20_000),
    args: ['--publish-every', '0.2'],
    env: clock.env,
  })
  const elections = (...args: string[]) => runCli(args, clock.env)
  const stream = steadily(server.url, server.keys)
  const add = (name: string, voters: number, district: string) =>
    elections(
      ...['add-voters', '--data', server.dataDir, '--roll', lateRoll(server, name, voters, district)],
      ...['--keys', join(server.dir, `keys-of-${name}`), '--against', server.keysFile, '--json'],
    )
  try {
    const newEnd = new Date(newEndMs).toISOString()
    const extended = await elections('extend', '--data', server.dataDir, '--closes-at', newEnd)
    assert.equal(extended.code, 0, extended.stderr)
    assert.match(extended.stdout, /The public log records it, and the server applies it/)
    assert.equal((await shown(server)).election.closes_at, newEnd)
    const definition = await (await fetch(`${server.url}/elections/test-election`)).json()
    assert.equal((definition as { closes_at: string }).closes_at, newEnd)

    const few = await add('few.csv', 3, 'south')
    assert.equal(few.code, 0, few.stderr)
    const answer = JSON.parse(few.stdout) as Record<string, unknown>
    assert.deepEqual([answer.added, answer.keys_issued], [3, 20_003])
    const late = readKeys(join(server.dir, 'keys-of-few.csv'))
    assert.equal(statSync(join(server.dir, 'keys-of-few.csv')).mode & 0o777, 0o600)
    for (const key of late) assert.equal((await vote(server.url, key, 'ada')).status, 201)
    assert.equal((await vote(server.url, late[0]!, 'ada')).status, 409)

    const many = await add('many.csv', 30_000, 'north')
    assert.equal(many.code, 0, many.stderr)
    const more = readKeys(join(server.dir, 'keys-of-many.csv'))
    for (const at of [0, 15_000, 29_999])
      assert.equal((await vote(server.url, more[at]!, 'grace')).status, 201)
    const after = await shown(server)
    assert.equal(after.eligible, 50_003)
    assert.deepEqual(
      after.districts.map(({ eligible }) => eligible),
      [40_000, 10_003],
    )
    assert.ok(after.invariant.holds)
    const again = await add('few.csv', 3, 'south')
    assert.equal(again.code, 2)
    assert.match(again.stderr, /few\.csv/)

    await stream.stop()
    const votes = stream.statuses.get(201) ?? 0
    t.diagnostic(`${votes} votes, the slowest took ${stream.slowestMs().toFixed(0)} ms`)
    assert.deepEqual([...stream.statuses.keys()], [201])
    // A fast machine makes all changes within two seconds.
    assert.ok(votes > VOTES_PER_SECOND, `only ${votes} votes during the changes`)

    assert.ok(Date.now() < firstEndMs, 'this machine is too slow for the test')
    clock.to(firstEndMs + 1_000)
    assert.equal((await vote(server.url, more[1]!, 'alan')).status, 201, 'voting ended before its new end')
    assert.equal((await shown(server)).phase, 'open')
    clock.to(newEndMs)
    while ((await shown(server)).phase !== 'closed') await sleep(50)
    while (!(await shown(server)).log?.closed) await sleep(50)
    assert.equal((await shown(server)).cast, votes + late.length + 4)
    const verify = await elections('verify', server.url, '--state', join(server.dir, 'state.json'))
    assert.equal(verify.code, 0, verify.stdout)
    assert.match(verify.stdout, /✓ amendments in order +3 amendments/)
    const tooLate = await add('too-late.csv', 1, 'north')
    assert.equal(tooLate.code, 2)
    assert.match(tooLate.stderr, /voting has ended and cannot be opened again/)
    assert.equal(existsSync(join(server.dir, 'keys-of-too-late.csv')), false)

    await server.restart()
    assert.deepEqual(
      [(await shown(server)).cast, (await shown(server)).eligible, (await shown(server)).phase],
      [votes + late.length + 4, 50_003, 'closed'],
    )
    await server.terminate()
    const doctor = await elections('doctor', '--data', server.dataDir)
    assert.equal(doctor.code, 0, doctor.stdout)
  } finally {
    await stream.stop()
    await server.stop()
  }
})

test('a server that is killed after voters were added knows them when it starts again', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(10) })
  try {
    const keys = join(server.dir, 'late-keys.csv')
    const run = await runCli([
      ...['add-voters', '--data', server.dataDir, '--roll', lateRoll(server, 'late.csv', 2, 'north')],
      ...['--keys', keys],
    ])
    assert.equal(run.code, 0, run.stderr)
    assert.match(run.stdout, /The server accepts these keys already/)
    assert.match(run.stderr, /warning: these voters were not compared with the roll/)
    const [first, second] = readKeys(keys)
    assert.equal((await vote(server.url, first!, 'ada')).status, 201)
    await server.kill()
    await server.restart()
    assert.equal((await vote(server.url, first!, 'ada')).status, 409)
    assert.equal((await vote(server.url, second!, 'ada')).status, 201)
    const database = new DatabaseSync(join(server.dataDir, 'elections', 'test-election', 'election.db'))
    const { n } = database.prepare("SELECT value AS n FROM facts WHERE name = 'keys_issued'").get()!
    database.close()
    assert.equal(n, '12')
  } finally {
    await server.stop()
  }
})
