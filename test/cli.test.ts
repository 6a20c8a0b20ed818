/**
 * The command line as a person uses it who has not read the code: results, doctor, demo, rehearsal,
 * and typing mistakes.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  initElection,
  MAIN,
  openElectionFile,
  readKeys,
  rollOf,
  runCli,
  startServer,
  vote,
} from './server.ts'
import { COUNTIES, sharedFile, withoutShared } from './shared.ts'

let dir: string

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'elections-cli-'))
})
after(() => rmSync(dir, { recursive: true, force: true }))

const lines = (text: string) => text.trim().split('\n')

test('./elections of a clone runs from any folder and prints nothing of its own', (t) => {
  if (process.platform === 'win32') return t.skip('elections.cmd is for Windows')
  const clone = fileURLToPath(new URL('../elections', import.meta.url))
  const { status, stdout, stderr } = spawnSync(clone, ['tally', '--data', 'none'], {
    cwd: dir,
    encoding: 'utf8',
  })
  assert.deepEqual([status, stdout], [2, ''])
  assert.match(stderr, /^elections: none: .*\n$/)
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const forWindows = readFileSync(`${clone}.cmd`, 'utf8')
  for (const [, script] of scripts.preelections.matchAll(/scripts\/(\S+)/g))
    assert.ok(forWindows.includes(`scripts\\${script}`))
  assert.match(forWindows, /bin\\elections\.js" %\*/)
})

test('every command’s help has a description and examples', async () => {
  const help = await runCli(['--help'])
  assert.equal(help.code, 0)
  for (const command of [
    'demo',
    'init',
    'serve',
    'simulate',
    'rehearse',
    'tally',
    'export',
    'doctor',
    'letters',
    'ready',
  ]) {
    assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'))
    const { code, stdout } = await runCli([command, '--help'])
    assert.equal(code, 0)
    assert.match(stdout, /Examples?:/, command)
  }
})

test('a typing mistake is refused with one line and exit code 2', async () => {
  for (const [args, words] of [
    [['serve'], /--data/],
    [['serve', '--data', join(dir, 'nowhere')], /has no election/],
    [['serve', '--data', dir, '--port', '99999'], /whole number from 0 to 65535/],
    [['tally', '--data', join(dir, 'nowhere')], /has no election/],
    [['doctor', '--data', join(dir, 'nowhere')], /has no election/],
    [['export', '--data', dir, '--format', 'xml'], /xml/],
    [['rehearse', join(dir, 'none.csv'), '--data', dir], /none\.csv/],
    [['rehearse', COUNTIES, '--data', dir, '--scale', '0'], /from 1 to/],
    [['demo', '--voters', '0'], /from 1 to/],
    [['nonsense'], /unknown command/],
  ] as const) {
    const { code, stdout, stderr } = await runCli(args)
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`)
    assert.equal(stdout, '')
    assert.match(stderr, words)
    assert.ok(!/^\s+at /m.test(stderr), `no stack trace: ${stderr}`)
  }
})

test('a port in use is refused with the way out', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(2) })
  try {
    const other = mkdtempSync(join(dir, 'port-'))
    await initElection(other, { definition: openElectionFile(), roll: rollOf(2) })
    const { code, stderr } = await runCli([
      'serve',
      '--data',
      join(other, 'data'),
      '--port',
      new URL(server.url).port,
    ])
    assert.equal(code, 2)
    assert.match(stderr, /is in use: choose another with --port/)
  } finally {
    await server.stop()
  }
})

test('doctor finds nothing in an intact folder, and names each tampering', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(20) })
  for (const key of server.keys.slice(0, 10)) assert.equal((await vote(server.url, key, 'ada')).status, 201)
  const doctor = () => runCli(['doctor', '--data', server.dataDir])
  try {
    const well = await doctor()
    assert.equal(well.code, 0, well.stdout)
    assert.match(well.stdout, /✓ every ballot from an issued key, none twice/)
    await server.terminate()

    const election = join(server.dataDir, 'elections', 'test-election')
    const database = new DatabaseSync(join(election, 'election.db'))
    const definition = readFileSync(join(election, 'election.json'), 'utf8')
    writeFileSync(join(election, 'election.json'), definition.replace('Ada Lovelace', 'Grace Hopper, again'))
    assert.match((await doctor()).stdout, /✗ definition unchanged.*\n.*→ .*backup/)
    writeFileSync(join(election, 'election.json'), definition)

    chmodSync(join(election, 'keys', 'election-secret'), 0o644)
    assert.match((await doctor()).stdout, /✗ election secret is private.*\n.*chmod 600/)
    chmodSync(join(election, 'keys', 'election-secret'), 0o600)

    database.exec(
      'INSERT INTO ballots SELECT 11, tag, district, choices, nonce, NULL FROM ballots WHERE seq = 1',
    )
    const doubled = await doctor()
    assert.equal(doubled.code, 1)
    assert.match(
      doubled.stdout,
      /✗ every ballot from an issued key, none twice: ballots 1 and 11 came from one key/,
    )
    assert.match(doubled.stdout, /✗ turnout adds up: 11 ballots are stored but turnout counts 10/)
    const refused = await runCli(['serve', '--data', server.dataDir, '--port', '0'])
    assert.equal(refused.code, 3)
    assert.match(refused.stderr, /ballots 1 and 11 came from one key/)

    database.exec(
      'DROP TRIGGER ballots_never_go; ' +
        'DELETE FROM ballots WHERE seq = 11; ' +
        "UPDATE facts SET value = '21' WHERE name = 'keys_issued'",
    )
    const tampered = await doctor()
    assert.match(tampered.stdout, /✗ append-only guards/)
    assert.match(tampered.stdout, /21 keys were issued but the roll has 20/)
    database.exec("UPDATE facts SET value = '20' WHERE name = 'keys_issued'")
    database.close()

    writeFileSync(join(election, 'keys', 'election-secret'), Buffer.alloc(32))
    assert.match((await doctor()).stdout, /ballot 1 came from a key that was not issued/)
  } finally {
    await server.stop()
  }
})

test('export writes a complete file and never overwrites one', async () => {
  const at = mkdtempSync(join(dir, 'export-'))
  await initElection(at, { definition: openElectionFile(), roll: rollOf(2) })
  const out = join(at, 'result.csv')
  const args = ['export', '--data', join(at, 'data'), '--format', 'csv', '--out', out]
  assert.equal((await runCli(args)).code, 0)
  const text = readFileSync(out, 'utf8')
  assert.match(text, /^\uFEFFcontest_id,/)
  const again = await runCli(args)
  assert.deepEqual([again.code, readFileSync(out, 'utf8')], [2, text])
  assert.match(again.stderr, /exists: choose another --out/)
})

test('one server serves several elections; the default is the first or the named one', async () => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(4) })
  try {
    await server.terminate()
    writeFileSync(
      join(server.dir, 'second.json'),
      JSON.stringify(openElectionFile({ id: 'second', title: 'Second' })),
    )
    const roll = join(server.dir, 'voters.csv')
    const keysFile = join(server.dir, 'second-keys.csv')
    const made = await runCli([
      'init',
      '--definition',
      join(server.dir, 'second.json'),
      '--roll',
      roll,
      '--data',
      server.dataDir,
      '--keys',
      keysFile,
    ])
    assert.equal(made.code, 0, made.stderr)
    await server.restart()
    const catalogue = (await (await fetch(`${server.url}/elections`)).json()) as {
      default: string
      elections: { id: string }[]
    }
    assert.deepEqual(
      [catalogue.default, catalogue.elections.map(({ id }) => id)],
      ['test-election', ['second', 'test-election']],
    )
    const [key] = readKeys(keysFile)
    assert.equal((await vote(server.url, key!, 'ada')).status, 403, 'a key is good for its own election only')
    const cast = await fetch(`${server.url}/elections/second/ballots`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ personal_id: key!.personal_id, guid: key!.guid, contests: { mayor: ['ada'] } }),
    })
    assert.equal(cast.status, 201)
    const count = async (id: string) =>
      ((await (await fetch(`${server.url}/elections/${id}/results`)).json()) as { cast: number }).cast
    assert.deepEqual([await count('test-election'), await count('second')], [0, 1])
  } finally {
    await server.stop()
  }
})

test('a small result with an empty district and a comma in a name can be rehearsed', async () => {
  const file = join(dir, 'small.csv')
  writeFileSync(
    file,
    'district,candidate,votes\n"North, upper",A,3\nSouth,A,0\n"North, upper",B,2\n"South",B,0\n',
  )
  const run = await runCli(['rehearse', file, '--data', join(dir, 'small'), '--json'])
  assert.equal(run.code, 0, run.stderr)
  const { equal, ballots, districts, totals, invariantHolds, recountEqual } = JSON.parse(run.stdout)
  assert.deepEqual([equal, ballots, districts, invariantHolds, recountEqual], [true, 5, 2, true, true])
  assert.deepEqual(totals, [
    { name: 'A', votes: 3 },
    { name: 'B', votes: 2 },
  ])
  const second = await runCli(['rehearse', file, '--data', join(dir, 'small'), '--json'])
  assert.equal(JSON.parse(second.stdout).election, 'rehearsal-2')
})

test('a rehearsal is reported only when the public log has every ballot', async (t) => {
  const file = join(dir, 'told.csv')
  writeFileSync(file, 'district,candidate,votes\nNorth,A,300\nSouth,A,20\nNorth,B,40\n')
  const args = [MAIN, 'rehearse', file, '--data', join(dir, 'told'), '--port', '0', '--json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  const printed = createInterface(child.stdout)[Symbol.asyncIterator]()
  const line = async () => JSON.parse((await printed.next()).value as string)
  const { url, election } = await line()
  const { equal, publicLogEqual, seconds } = await line()
  const note = await (await fetch(`${url}/elections/${election}/log/checkpoint`)).text()
  assert.equal(note.split('\n')[1], String(1 + 360), 'the genesis and every ballot')
  assert.deepEqual([equal, publicLogEqual, typeof seconds.publishing], [true, true, 'number'])
})

test('an unusable result is refused with every line number, and no file is left', async () => {
  const file = join(dir, 'bad.csv')
  writeFileSync(file, 'district,candidate,votes\nNorth,A,3\nNorth,A,4\nNorth,B,-1\n,B,1\nSouth,B,1.5\n')
  const data = join(dir, 'bad')
  const { code, stderr } = await runCli(['rehearse', file, '--data', data])
  assert.equal(code, 2)
  assert.deepEqual(
    lines(stderr).map((line) => /bad\.csv:(\d+)/.exec(line)?.[1]),
    ['3', '4', '5', '6'],
  )
  assert.ok(!existsSync(data))
})

test('the 2020 US presidential election at scale 1000 equals the file, county by county', {
  skip: withoutShared(COUNTIES),
}, async (t) => {
  const run = await runCli([
    'rehearse',
    sharedFile(COUNTIES),
    '--data',
    join(dir, 'counties'),
    '--scale',
    '1000',
    '--json',
  ])
  assert.equal(run.code, 0, run.stderr)
  const { equal, ballots, districts, seconds } = JSON.parse(run.stdout)
  assert.deepEqual([equal, districts], [true, 3_152])
  t.diagnostic(`${ballots} ballots, cast in ${seconds.casting} s`)
})

test('demo makes an election in seconds, prints a key, and continues at the next start', async () => {
  const data = join(dir, 'demo')
  const start = async (...more: string[]) => {
    const child = spawn(process.execPath, [MAIN, 'demo', '--data', data, '--port', '0', '--json', ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const { url } = JSON.parse(line) as { url: string }
    const stop = async () => {
      child.kill('SIGTERM')
      assert.deepEqual(await once(child, 'exit'), [0, null])
    }
    return { url, stop }
  }
  const results = async (url: string) =>
    (await (await fetch(`${url}/results`)).json()) as {
      cast: number
      eligible: number
      election: { simulated: boolean }
    }

  const first = await start('--voters', '300', '--rate', '200')
  const byHand = readKeys(join(data, 'demo-keys.csv'))
  assert.equal(byHand.length, 30)
  while ((await results(first.url)).cast < 100) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal((await vote(first.url, byHand[0]!, 'Amara Okafor')).status, 201)
  const { eligible, election } = await results(first.url)
  assert.deepEqual([eligible, election.simulated], [300, true])
  await first.stop()

  const second = await start('--rate', '500')
  assert.equal((await vote(second.url, byHand[0]!, 'Amara Okafor')).status, 409)
  while ((await results(second.url)).cast < 271) await new Promise((resolve) => setTimeout(resolve, 50))
  await second.stop()
  assert.equal((await runCli(['doctor', '--data', data])).code, 0)
})
