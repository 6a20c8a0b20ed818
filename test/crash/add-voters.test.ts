/**
 * `kill -9` while voters are added, at every step and at random times: the election is the old one
 * or the new one, equal in roll, log and key file, and late voters can vote with their keys.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  initElection,
  MAIN,
  openElectionFile,
  readKeys,
  rollOf,
  runCli,
  startServer,
  stoppedServer,
  type TestServer,
  vote,
} from '../server.ts'

/** Steps after which the command is killed, and whether the election is the new one then. */
const STEPS: readonly (readonly [string, boolean])[] = [
  ['sealed', false],
  ['staged', false],
  ['districts', false],
  ['decided', true],
  ['merged', true],
  ['placed', true],
]
const VOTERS = 30
const LATE = 7

interface Case {
  readonly server: TestServer
  readonly electionDir: string
  readonly lateKeys: string
  readonly args: readonly string[]
}

const ELECTION = {
  definition: openElectionFile(),
  roll: rollOf(VOTERS),
  args: ['--publish-every', '0.2'],
}

/** The start of every case: an election with a ballot, its server stopped. */
let begun: TestServer
before(async () => {
  begun = await startServer(ELECTION)
  assert.equal((await vote(begun.url, begun.keys[0]!, 'ada')).status, 201)
  await begun.terminate()
})
after(() => begun?.stop())

/** A copy of that election in a new folder, and a roll of late voters. */
async function prepared(): Promise<Case> {
  const server = stoppedServer(ELECTION, begun.dir)
  const late = join(server.dir, 'late.csv')
  const lateKeys = join(server.dir, 'late-keys.csv')
  const rows = Array.from({ length: LATE }, (_, i) => `LATE-${i},${i % 2 === 0 ? 'north' : 'south'}`)
  writeFileSync(late, `personal_id,district\n${rows.join('\n')}\n`)
  return {
    server,
    electionDir: join(server.dataDir, 'elections', 'test-election'),
    lateKeys,
    args: ['add-voters', '--data', server.dataDir, '--roll', late, '--keys', lateKeys, '--json'],
  }
}

function keysIssued(electionDir: string): number {
  const database = new DatabaseSync(join(electionDir, 'election.db'), { readOnly: true })
  try {
    return Number(database.prepare('SELECT count(*) AS n FROM voters').get()!.n)
  } finally {
    database.close()
  }
}

const amendments = (electionDir: string): number => {
  const database = new DatabaseSync(join(electionDir, 'log-journal.db'), { readOnly: true })
  try {
    const sql = `SELECT count(*) AS n FROM batches WHERE record LIKE '%"entry":"amendment"%'`
    return Number(database.prepare(sql).get()!.n)
  } finally {
    database.close()
  }
}

/** Serves the election: its roll is what the log says, and every voter with a key can vote. */
async function servedSoundly(
  { server, electionDir, lateKeys }: Case,
  isNew: boolean,
  changes = isNew ? 1 : 0,
): Promise<void> {
  await server.restart()
  const eligible = VOTERS + (isNew ? LATE : 0)
  const { eligible: shown, invariant } = (await (await fetch(`${server.url}/results`)).json()) as {
    eligible: number
    invariant: { holds: boolean }
  }
  assert.equal(shown, eligible)
  assert.equal(invariant.holds, true)
  assert.equal(keysIssued(electionDir), eligible)
  assert.equal(amendments(electionDir), changes)
  assert.equal(existsSync(lateKeys), isNew, 'a key file exists if the log has its keys')
  if (isNew)
    for (const key of readKeys(lateKeys)) assert.equal((await vote(server.url, key, 'grace')).status, 201)
  assert.equal((await vote(server.url, server.keys[0]!, 'ada')).status, 409)
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  await server.terminate()
  const doctor = await runCli(['doctor', '--data', server.dataDir])
  assert.equal(doctor.code, 0, doctor.stdout)
  const state = join(server.dir, 'verify.json')
  const verify = await runCli(['verify', join(electionDir, 'log'), '--state', state])
  assert.equal(verify.code, 0, verify.stdout)
}

/**
 * Drafts of key files. If the command is killed before it recorded where its draft is, it leaves
 * one with worthless keys.
 */
const leftOver = (dir: string): string[] =>
  (readdirSync(dir, { recursive: true }) as string[]).filter((name) => name.includes('.draft'))

async function cutOff(context: TestContext, [step, isNew]: readonly [string, boolean]): Promise<void> {
  await context.test(
    `after "${step}" the server starts with the ${isNew ? 'new' : 'old'} election`,
    async () => {
      const one = await prepared()
      try {
        assert.equal((await runCli(one.args, { ELECTIONS_FAULT: step })).code, null)
        await servedSoundly(one, isNew)
        assert.equal(leftOver(one.server.dir).length, step === 'sealed' ? 1 : 0)
        const again = await runCli(one.args)
        if (isNew) assert.match(again.stderr, /late\.csv: its voters were added already/)
        else assert.equal(again.code, 0, again.stderr)
        eachHasOneKey(one)
      } finally {
        await one.server.stop()
      }
    },
  )
  await context.test(`after "${step}" the command finishes when it is started again`, async () => {
    const one = await prepared()
    try {
      assert.equal((await runCli(one.args, { ELECTIONS_FAULT: step })).code, null)
      const doctor = await runCli(['doctor', '--data', one.server.dataDir])
      assert.equal(doctor.code, step === 'sealed' ? 0 : 1, doctor.stdout)
      const again = await runCli(one.args)
      assert.equal(again.code, 0, again.stderr)
      assert.equal(JSON.parse(again.stdout).added, LATE)
      assert.equal(JSON.parse(again.stdout).finished, isNew ? true : undefined)
      eachHasOneKey(one)
      const healed = await runCli(['doctor', '--data', one.server.dataDir])
      assert.equal(healed.code, 0, healed.stdout)
    } finally {
      await one.server.stop()
    }
  })
}

/** However often the command is started afterwards, each late voter has one key. */
function eachHasOneKey({ electionDir, lateKeys }: Case): void {
  assert.equal(keysIssued(electionDir), VOTERS + LATE)
  assert.equal(amendments(electionDir), 1)
  assert.equal(readKeys(lateKeys).length, LATE)
}

test('cut off after each step', async (t) => {
  for (const step of STEPS) await cutOff(t, step)
})

test('killed once the log has the voters, the next start finishes; keys wait for a free name', async () => {
  const one = await prepared()
  const { server, lateKeys, args } = one
  try {
    assert.equal((await runCli(args, { ELECTIONS_FAULT: 'decided' })).code, null)
    writeFileSync(lateKeys, 'something else')
    const extend = ['extend', '--data', server.dataDir, '--closes-at', '2199-01-01T00:00:00Z']
    const extended = await runCli(extend)
    assert.equal(extended.code, 0, extended.stderr)
    assert.match(
      extended.stderr,
      /addition of 7 voters was finished: their keys stay in .*draft, because .*late-keys\.csv/,
    )
    const doctor = await runCli(['doctor', '--data', server.dataDir])
    assert.match(doctor.stdout, /✗ no interrupted addition of voters: the keys of 7 added voters are in/)
    const waiting = await runCli(args)
    assert.deepEqual([waiting.code, waiting.stdout], [2, ''])
    assert.match(waiting.stderr, /late-keys\.csv: an interrupted addition of 7 voters was finished/)
    renameSync(lateKeys, join(server.dir, 'moved.csv'))
    const other = await runCli(args.with(args.indexOf(lateKeys), join(server.dir, 'other-keys.csv')))
    assert.equal(other.code, 2)
    assert.match(
      other.stderr,
      /late\.csv: none of its voters was added yet: an interrupted addition of 7 voters/,
    )
    const again = await runCli(args)
    assert.equal(again.code, 2)
    assert.match(again.stderr, /late\.csv: its voters were added already/)
    await servedSoundly(one, true, 2)
  } finally {
    await server.stop()
  }
})

test('killed a little later each time until it finishes: one addition, one key each', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-late-'))
  try {
    await initElection(dir, { definition: openElectionFile(), roll: rollOf(200) })
    const late = join(dir, 'late.csv')
    const lateKeys = join(dir, 'late-keys.csv')
    const rows = Array.from({ length: 20_000 }, (_, i) => `LATE-${i},north`)
    writeFileSync(late, `personal_id,district\n${rows.join('\n')}\n`)
    const args = ['add-voters', '--data', join(dir, 'data'), '--roll', late, '--keys', lateKeys]
    // If it is killed while it loads, it has done nothing; half of that time is over at the first
    // kill.
    const startedMs = performance.now()
    assert.equal((await runCli(['add-voters', '--help'])).code, 0)
    const firstMs = (performance.now() - startedMs) / 2
    const moreMs = Math.max(25, firstMs / 10)
    let kills = 0
    for (;;) {
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
      let stderr = ''
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      const exited = once(child, 'close') as Promise<[number | null]>
      const ended = await Promise.race([exited, sleep(firstMs + moreMs * kills)])
      if (ended !== undefined) {
        // It may have finished when it was killed.
        if (ended[0] !== 0) assert.match(stderr, /late\.csv: its voters were added already/)
        break
      }
      child.kill('SIGKILL')
      const [code] = await exited
      if (code === 0) break
      assert.ok(++kills < 200, 'it never finished')
    }
    t.diagnostic(`${kills} kills, the first after ${firstMs.toFixed(0)} ms`)
    assert.ok(kills > 0)
    const electionDir = join(dir, 'data', 'elections', 'test-election')
    assert.equal(keysIssued(electionDir), 20_200)
    assert.equal(amendments(electionDir), 1)
    assert.equal(new Set(readKeys(lateKeys).map(({ personal_id }) => personal_id)).size, 20_000)
    const doctor = await runCli(['doctor', '--data', join(dir, 'data')])
    assert.equal(doctor.code, 0, doctor.stdout)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
