/**
 * `elections add-voters`: late voters from the command to the certified result, its refusals, and
 * what a refusal leaves unchanged.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockFolder } from '../src/adapters/embedded/lock.ts'
import { putForward } from './moved-clock.ts'
import {
  initElection,
  openElectionFile,
  type RunEnd,
  readKeys,
  rollOf,
  runCli,
  startServer,
  vote,
} from './server.ts'

const ID = 'test-election'
let dir: string
before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'elections-late-'))
  await initElection(dir, { definition: openElectionFile(), roll: rollOf(20) })
})
after(() => rmSync(dir, { recursive: true, force: true }))

const rollFile = (name: string, rows: readonly string[], header = 'personal_id,district'): string => {
  writeFileSync(join(dir, name), `${[header, ...rows].join('\n')}\n`)
  return join(dir, name)
}
const addVoters = (roll: string, keys: string, ...more: readonly string[]): Promise<RunEnd> =>
  runCli(['add-voters', '--data', join(dir, 'data'), '--roll', roll, '--keys', join(dir, keys), ...more])

/** Returns the folder's files, without SQLite's side files, with their modification times. */
const contents = (): string[] =>
  (readdirSync(dir, { recursive: true }) as string[])
    .filter((name) => !/-(wal|shm)$|server\.lock/.test(name) && statSync(join(dir, name)).isFile())
    .map((name) => `${name} ${statSync(join(dir, name)).mtimeMs}`)
    .sort()

async function refused(run: () => Promise<RunEnd>, message: RegExp): Promise<void> {
  const before = contents()
  const { code, stdout, stderr } = await run()
  assert.match(stderr, message)
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.deepEqual(contents(), before)
}

test('invalid voters are refused by file and line, and nothing is changed', async () => {
  const twice = rollFile('twice.csv', ['L1,north', 'L2,south', 'L1,south'])
  await refused(() => addVoters(twice, 'no.csv'), /twice\.csv:4: personal_id is the same as on line 2/)
  const astray = rollFile('astray.csv', ['L1,north', 'L2,west'])
  await refused(() => addVoters(astray, 'no.csv'), /astray\.csv:3: district “west” is not in the election/)
  await refused(() => addVoters(join(dir, 'none.csv'), 'no.csv'), /none\.csv: there is no such file/)
  const late = rollFile('late.csv', ['L1,north', 'P0000007,south'])
  const known = [join(dir, 'voters.csv'), join(dir, 'keys.csv')]
  for (const against of known)
    await refused(
      () => addVoters(late, 'no.csv', '--against', against),
      /late\.csv:3: personal_id is in .*\.csv already, on line 9/,
    )
  await refused(
    () => addVoters(late, 'no.csv', '--against', join(dir, 'election.json')),
    /no column personal_id/,
  )
  await refused(
    () => addVoters(late, 'keys.csv'),
    /keys\.csv: exists, and files with keys are never overwritten/,
  )
  await refused(() => addVoters(late, 'no/keys.csv'), /keys\.csv: cannot be written/)
  await refused(() => addVoters(late, 'no.csv', '--election', 'other'), /has no election "other"/)
})

test('a locked folder, and a folder whose ballots are on a cluster, are refused', async () => {
  const late = rollFile('late.csv', ['L1,north'])
  const lock = lockFolder(join(dir, 'data'))
  try {
    await refused(() => addVoters(late, 'no.csv'), /is in use by another server/)
  } finally {
    lock.release()
  }
  const cluster = join(dir, 'data', 'elections', ID, 'cluster.json')
  writeFileSync(cluster, '{}')
  await refused(
    () => addVoters(late, 'no.csv'),
    /are on a cluster.*a second election for late voters \(init --cluster\)/,
  )
  rmSync(cluster)
})

test('voters are added with a report and warnings, and no voter twice, from any file', async () => {
  const first = await addVoters(rollFile('first.csv', ['L1,north', 'L2,south']), 'first-keys.csv', '--json')
  assert.equal(first.code, 0, first.stderr)
  assert.match(first.stderr, /first\.csv: warning: these voters were not compared with the roll.* --against/)
  assert.deepEqual(JSON.parse(first.stdout), {
    event: 'voters-added',
    election: ID,
    added: 2,
    keys_issued: 22,
    keys: join(dir, 'first-keys.csv'),
  })
  assert.equal(statSync(join(dir, 'first-keys.csv')).mode & 0o777, 0o600)
  const again = rollFile('again.csv', ['south,L2', 'north,L1'], 'district,personal_id')
  await refused(() => addVoters(again, 'no.csv'), /again\.csv: its voters were added already, at 20/)
  const second = await addVoters(
    rollFile('second.csv', ['L3,north']),
    'second-keys.csv',
    '--against',
    join(dir, 'first-keys.csv'),
  )
  assert.equal(second.code, 0, second.stderr)
  assert.equal(second.stderr, '')
  assert.match(second.stdout, /1 voter added to test-election, which has 23 voter keys in total now/)
  const letters = join(dir, 'letters.csv')
  const url = `https://vote.example.org/e/${ID}`
  const made = await runCli([
    'letters',
    '--keys',
    join(dir, 'second-keys.csv'),
    '--data',
    join(dir, 'data'),
    '--url',
    url,
    '--out',
    letters,
  ])
  assert.equal(made.code, 0, made.stderr)
})

test('neither the roll’s order nor any byte of the folder reveals who was added late', () => {
  const election = join(dir, 'data', 'elections', ID)
  const database = new DatabaseSync(join(election, 'election.db'), { readOnly: true })
  const rows = database.prepare('SELECT hex(credential) AS hex FROM voters ORDER BY voter').all()
  const order = rows.map(({ hex }) => String(hex))
  assert.deepEqual(order, [...order].sort())
  assert.equal(
    database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name LIKE 'roll_%'").get()!.n,
    0,
  )
  database.close()
  const keys = [...readKeys(join(dir, 'first-keys.csv')), ...readKeys(join(dir, 'second-keys.csv'))]
  for (const name of readdirSync(election, { recursive: true }) as string[]) {
    if (!statSync(join(election, name)).isFile()) continue
    const bytes = readFileSync(join(election, name))
    for (const { guid } of keys) assert.equal(bytes.includes(guid), false, name)
    assert.equal(bytes.includes('first.csv') || bytes.includes('-keys.csv'), false, name)
  }
})

test('a roll that was enlarged without an entry in the log is not served', async () => {
  const election = join(dir, 'data', 'elections', ID)
  const file = join(election, 'election.db')
  const database = new DatabaseSync(file)
  database.exec(`INSERT INTO voters VALUES (24, x'${'ab'.repeat(32)}', 0);
    UPDATE facts SET value = '24' WHERE name = 'keys_issued'`)
  const serve = await runCli(['serve', '--data', join(dir, 'data'), '--port', '0'])
  assert.equal(serve.code, 3)
  assert.match(serve.stderr, /has other numbers of keys than its public log says/)
  const doctor = await runCli(['doctor', '--data', join(dir, 'data')])
  assert.match(
    doctor.stdout,
    /✗ the voter roll matches the public log: it has 24 keys, the public log commits to 23/,
  )
  database.exec(
    "DELETE FROM voters WHERE voter = 24; UPDATE facts SET value = '23' WHERE name = 'keys_issued'",
  )
  database.close()
  assert.equal((await runCli(['doctor', '--data', join(dir, 'data')])).code, 0)
})

test('voters added before the opening and during voting are in the certified result', async () => {
  const [opensAtMs, closesAtMs] = [Date.now() + 200_000, Date.now() + 500_000]
  const clock = putForward()
  const server = await startServer({
    definition: openElectionFile({
      opens_at: new Date(opensAtMs).toISOString(),
      closes_at: new Date(closesAtMs).toISOString(),
      suppress_below: 5,
    }),
    // The south was too small to be named at the start, and stays unnamed with late voters.
    roll: rollOf(20, ['north', 'north', 'north', 'north', 'south']),
    args: ['--publish-every', '0.2'],
    env: clock.env,
  })
  const late = (name: string, rows: readonly string[]): string => {
    writeFileSync(join(server.dir, name), `personal_id,district\n${rows.join('\n')}\n`)
    return join(server.dir, name)
  }
  const add = (roll: string, keys: string) =>
    runCli(
      ['add-voters', '--data', server.dataDir, '--roll', roll, '--keys', join(server.dir, keys)],
      clock.env,
    )
  const shown = async () =>
    (await (await fetch(`${server.url}/results`)).json()) as {
      phase: string
      eligible: number
      cast: number
      districts: { id: string; eligible: number; cast: number }[]
      invariant: { holds: boolean }
      log: { closed: boolean } | null
    }
  try {
    await server.terminate()
    const early = await add(late('early.csv', ['E1,south', 'E2,south', 'E3,south']), 'early-keys.csv')
    assert.equal(early.code, 0, early.stderr)
    await server.restart()
    assert.equal((await shown()).eligible, 23)
    assert.equal((await shown()).phase, 'not-open')
    clock.to(opensAtMs)
    while ((await shown()).phase !== 'open') await sleep(50)
    const earlyKeys = readKeys(join(server.dir, 'early-keys.csv'))
    for (const key of [...server.keys.slice(0, 6), ...earlyKeys])
      assert.equal((await vote(server.url, key, 'ada')).status, 201)
    await server.terminate()
    const run = await add(late('late.csv', ['L1,south', 'L2,south', 'L3,north']), 'late-keys.csv')
    assert.equal(run.code, 0, run.stderr)
    await server.restart()
    for (const key of readKeys(join(server.dir, 'late-keys.csv')))
      assert.equal((await vote(server.url, key, 'grace')).status, 201)
    for (const key of earlyKeys) assert.equal((await vote(server.url, key, 'ada')).status, 409)
    const open = await shown()
    assert.deepEqual([open.eligible, open.cast, open.invariant.holds], [26, 12, true])
    assert.deepEqual(
      open.districts.map(({ eligible, cast }) => [eligible, cast]),
      [
        [17, 6],
        [9, 6],
      ],
    )
    assert.ok(Date.now() < opensAtMs, 'this machine is too slow for the test')
    clock.to(closesAtMs)
    while (!(await shown()).log?.closed) await sleep(50)
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
    const onServer = await (await fetch(`${server.url}/results.json`)).text()
    const verify = await runCli(['verify', server.url, '--state', join(server.dir, 'state.json')], clock.env)
    assert.equal(verify.code, 0, verify.stdout)
    assert.match(verify.stdout, /✓ amendments in order +2 amendments/)
    assert.deepEqual(
      [...verify.stdout.matchAll(/^ {2}amended {3}(\S+Z): (\d+) keys issued$/gm)].map(([, , keys]) => keys),
      ['23', '26'],
    )
    await server.terminate()

    const tally = await runCli(['tally', '--data', server.dataDir, '--json'], clock.env)
    assert.equal(tally.stdout, onServer)
    const cdf = await runCli(['export', '--data', server.dataDir, '--format', 'cdf'], clock.env)
    assert.match(cdf.stdout, /"VotersRegistered":17/)
    const certify = await runCli(['certify', '--data', server.dataDir], clock.env)
    assert.match(certify.stdout, /12 ballots of 26 keys/)
    assert.equal(certify.code, 0, certify.stderr)
    const doctor = await runCli(['doctor', '--data', server.dataDir], clock.env)
    assert.equal(doctor.code, 0, doctor.stdout)
    const tooLate = await add(late('too-late.csv', ['T1,north']), 'too-late-keys.csv')
    assert.equal(tooLate.code, 2)
    assert.match(tooLate.stderr, /voting has ended and cannot be opened again/)
    assert.equal(existsSync(join(server.dir, 'too-late-keys.csv')), false)
  } finally {
    await server.stop()
  }
})
