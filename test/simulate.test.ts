/**
 * `elections simulate` against the real server: it balances, and it reports when the counts do not.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { simulateCommand } from '../src/cli/simulate.ts'
import type { DefinitionFile } from '../src/core/election/definition.ts'
import type { ResultsSnapshot } from '../src/core/status/snapshot.ts'
import { runSimulation, type SimulationOptions, type SimulationReport } from '../src/simulator/run.ts'
import { NO_SHARES } from '../src/simulator/shares.ts'
import { movedClock } from './moved-clock.ts'
import { type Key, MAIN, openElectionFile, rollOf, runCli, startServer, type TestServer } from './server.ts'

const MIX = [
  ...['--double', '4%', '--wrong', '4%', '--malformed', '6%'],
  ...['--unknown-candidate', '3%', '--retry', '4%', '--seed', '7'],
]
const SEVERAL_CONTESTS: Partial<DefinitionFile> = {
  results: 'after-close',
  contests: [
    ...openElectionFile().contests,
    {
      id: 'council',
      title: 'Council',
      votes: 3,
      districts: ['south'],
      options: ['w', 'x', 'y', 'z'].map((id) => ({ id, name: id.toUpperCase() })),
    },
  ],
}

async function results(url: string): Promise<ResultsSnapshot> {
  return (await (await fetch(`${url}/results`)).json()) as ResultsSnapshot
}

function report(stdout: string): SimulationReport {
  return JSON.parse(stdout) as SimulationReport
}

function broken({ reconciliation }: SimulationReport): readonly unknown[] {
  return reconciliation.lines.filter(({ balances }) => !balances)
}

/** Waits for an event and fails if it does not come soon. */
async function until(come: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 5_000; tries++) {
    if (await come()) return
    await sleep(20)
  }
  assert.fail('waited in vain')
}

/** Writes some of the keys to a new file. */
function keysFile(server: TestServer, name: string, keys: readonly Key[]): string {
  const path = join(server.dir, name)
  const lines = keys.map(({ personal_id, guid, district }) => `${personal_id},${guid},${district}\n`)
  writeFileSync(path, `personal_id,guid,district\n${lines.join('')}`)
  return path
}

function simulationOf(server: TestServer, changes: Partial<SimulationOptions>): SimulationOptions {
  return {
    url: new URL(server.url),
    keys: (async function* () {})(),
    ...{ rate: 'max', shares: NO_SHARES, targets: [], connections: 8, seed: 1, runId: 'test' },
    patienceMs: 20_000,
    nowMs: () => performance.now(),
    ...changes,
  }
}

describe('elections simulate', () => {
  let server: TestServer
  /** Returns keys that no test has used. */
  let fresh: Key[]
  const take = (name: string, voters: number) => keysFile(server, name, fresh.splice(0, voters))

  before(async () => {
    server = await startServer({ definition: openElectionFile(), roll: rollOf(8_000) })
    fresh = [...server.keys]
  })
  after(() => server.stop())

  it('balances with all kinds of traffic together, and its report equals the server’s count', async () => {
    const keys = take('mixed.csv', 3_000)
    const earlier = await results(server.url)
    const args = ['--url', server.url, '--keys', keys, '--share', 'ada=70,Grace Hopper=30']
    const run = await runCli(['simulate', ...args, ...MIX, '--json'])
    assert.equal(run.code, 0, run.stdout + run.stderr)
    const { totals, reconciliation, sentByKind, latency, interrupted } = report(run.stdout)
    assert.ok(reconciliation.balances)
    assert.equal(interrupted, false)
    assert.equal(totals.accepted, 3_000)
    assert.equal(totals.unanswered, 0)
    assert.deepEqual(totals.strange, {})
    for (const kind of ['first', 'double', 'wrong', 'unknown-candidate', 'malformed', 'retry'])
      assert.ok(sentByKind[kind]! > 20, kind)
    assert.equal(totals.refused['key-already-used'], sentByKind.double)
    assert.equal(totals.refused['unknown-key'], sentByKind.wrong)
    assert.equal(totals.repeated, sentByKind.retry)
    assert.equal(latency.measuredFrom, 'sent')
    assert.ok(latency.accepted.p50 <= latency.accepted.p99 && latency.accepted.p99 <= latency.accepted.max)

    const now = await results(server.url)
    assert.equal(now.cast - earlier.cast, 3_000)
    const [ada, grace, alan] = now.contests![0]!.options.map(
      ({ votes }, i) => votes - earlier.contests![0]!.options[i]!.votes,
    )
    assert.ok(ada! > 1_950 && ada! < 2_250, String(ada))
    assert.deepEqual([ada! + grace!, alan], [3_000, 0])
  })

  it('writes no key to any output', async () => {
    const used = fresh.slice(0, 50)
    const keys = take('secret.csv', 50)
    const runs = [
      await runCli(['simulate', '--url', server.url, '--keys', keys, ...MIX]),
      // The second time every vote is refused and reported.
      await runCli(['simulate', '--url', server.url, '--keys', keys, '--json']),
    ]
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 1],
    )
    assert.match(
      runs[1]!.stdout,
      /50 × key-already-used \(check whether these keys were used before this run\)/,
    )
    const written = runs.map(({ stdout, stderr }) => stdout + stderr).join('') + server.stderr()
    for (const { personal_id, guid } of used)
      assert.ok(!written.includes(guid) && !written.includes(personal_id))
  })

  it('prints a table for people, and at a rate measures latency from the scheduled times', async () => {
    const keys = take('rate.csv', 200)
    const run = await runCli(['simulate', '--url', server.url, '--keys', keys, '--rate', '400'])
    assert.equal(run.code, 0, run.stdout + run.stderr)
    assert.match(run.stdout, /Sent +200\n +Accepted +200\n/)
    assert.match(run.stdout, /from the moment each request was due/)
    assert.match(run.stdout, /✓ accepted = counted by the server +200\n/)
    assert.match(run.stdout, /✓ Everything balances\.\n$/)
  })

  it('does not balance if a vote was acknowledged and dropped', async () => {
    const proxy = await swallowingProxy(server.url, 13)
    try {
      const keys = take('swallowed.csv', 100)
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
      const args = ['simulate', '--url', url, '--keys', keys]
      const run = await runCli([...args, '--json'])
      assert.equal(run.code, 1, run.stderr)
      const [counted, candidate, ...rest] = broken(report(run.stdout)) as {
        expected: number
        found: number
        note: string
      }[]
      assert.deepEqual(rest, [])
      assert.deepEqual([counted!.expected, counted!.found], [100, 99])
      assert.equal(candidate!.expected - candidate!.found, 1)
      assert.match(counted!.note, /missing from the count/)
    } finally {
      proxy.close()
      proxy.closeAllConnections()
    }
  })

  it('balances on Ctrl-C, because it waits for open requests', async () => {
    const keys = take('interrupted.csv', 2_000)
    const args = [MAIN, 'simulate', '--url', server.url, '--keys', keys, '--rate', '200', '--json']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    const { cast } = await results(server.url)
    await until(async () => (await results(server.url)).cast >= cast + 20)
    child.kill('SIGINT')
    const [code] = (await once(child, 'close')) as [number | null]
    const { interrupted, totals, reconciliation } = report(stdout)
    assert.ok(interrupted && reconciliation.balances)
    assert.equal(code, 0)
    assert.ok(totals.sent >= 20 && totals.sent < 2_000, String(totals.sent))
  })

  it('refuses bad input with one line and exit code 2', async () => {
    const good = ['--url', server.url, '--keys', server.keysFile]
    const bad = join(server.dir, 'bad.csv')
    writeFileSync(bad, 'personal_id,guid,district\nP1,not-a-guid,north\n')
    const foreign = keysFile(server, 'foreign.csv', [{ ...server.keys[0]!, district: 'west' }])
    const cases: [args: string[], words: RegExp][] = [
      [['--url', 'http://127.0.0.1:9', '--keys', server.keysFile], /cannot reach http:\/\/127\.0\.0\.1:9\//],
      [['--url', 'ftp://x', '--keys', server.keysFile], /must be an address such as/],
      [['--url', server.url, '--keys', join(server.dir, 'none.csv')], /none\.csv/],
      [['--url', server.url, '--keys', bad], /bad\.csv:2: guid is not a UUID/],
      [['--url', server.url, '--keys', foreign], /no district "west"/],
      [[...good, '--election', 'other'], /has no election "other"/],
      [[...good, '--share', 'nobody=40'], /"nobody" is not an option/],
      [[...good, '--share', 'ada=70,grace=70'], /add up to 140%, more than 100%/],
      [[...good, '--double', '2'], /must be a percentage/],
    ]
    const runs = await Promise.all(cases.map(([args]) => runCli(['simulate', ...args])))
    for (const [i, { code, stdout, stderr }] of runs.entries()) {
      assert.match(stderr, cases[i]![1])
      assert.equal(code, 2, stderr)
      assert.equal(stdout, '')
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack')
    }
  })

  it('refuses contradictory options before it sends anything', async () => {
    const cases: [args: string[], words: RegExp][] = [
      [['--share', 'ada=forty'], /"forty" for "ada" is not a percentage/],
      [['--share', 'ada'], /"ada" is not OPTION=PERCENT/],
      [['--wrong', '101%'], /must be a percentage/],
      [['--double', '60%', '--wrong', '40%'], /add up to 100%/],
      [['--rate', '0'], /requests per second/],
      [['--rate', 'fast'], /requests per second/],
      [['--connections', '0'], /whole number from 1/],
      [['--limit', '-1'], /whole number/],
      [['--url', 'localhost:8501'], /must be an address such as/],
    ]
    for (const [args, words] of cases) {
      const command = simulateCommand()
        .exitOverride()
        .configureOutput({ writeErr: () => {} })
      const all = ['--url', server.url, '--keys', server.keysFile, ...args]
      await assert.rejects(command.parseAsync(all, { from: 'user' }), words)
    }
  })

  it('runs inside a program until its signal aborts, across a restart of the server', async () => {
    const controller = new AbortController()
    const keys = fresh.splice(0, 2_000)
    let accepted = 0
    const simulation = runSimulation(
      simulationOf(server, {
        keys: (async function* () {
          yield keys
        })(),
        rate: 200,
        patienceMs: Number.POSITIVE_INFINITY,
      }),
      {
        signal: controller.signal,
        onProgress: (progress) => {
          accepted = progress.accepted
        },
      },
    )
    await until(() => accepted >= 40)
    await server.kill()
    await sleep(300)
    await server.restart()
    const then = accepted
    await until(() => accepted >= then + 100)
    controller.abort()
    const { reconciliation, totals, resent, interrupted } = await simulation
    assert.ok(reconciliation.balances, JSON.stringify(reconciliation, null, 1))
    assert.ok(interrupted && resent > 0)
    assert.equal(totals.accepted + totals.unanswered, totals.sent)
  })
})

describe('elections simulate, several contests', () => {
  it('fills in each voter’s ballot in the general form, and balances before results are shown', async () => {
    const server = await startServer({ definition: openElectionFile(SEVERAL_CONTESTS), roll: rollOf(600) })
    try {
      const run = await runCli([
        ...['simulate', '--url', server.url, '--keys', server.keysFile, '--election', 'test-election'],
        ...['--share', 'council/w=50', '--json', ...MIX],
      ])
      assert.equal(run.code, 0, run.stdout + run.stderr)
      const { totals, reconciliation } = report(run.stdout)
      assert.equal(totals.accepted, 600)
      assert.ok(reconciliation.lines.every(({ what }) => !what.startsWith('Council')))
    } finally {
      await server.stop()
    }
  })

  it('balances per candidate and contest where results are live', async () => {
    const definition = openElectionFile({ ...SEVERAL_CONTESTS, results: 'live' })
    const server = await startServer({ definition, roll: rollOf(600) })
    try {
      const run = await runCli(['simulate', '--url', server.url, '--keys', server.keysFile, '--json', ...MIX])
      assert.equal(run.code, 0, run.stdout + run.stderr)
      const names = report(run.stdout).reconciliation.lines.map(({ what }) => what)
      for (const name of ['Mayor: Ada Lovelace', 'Mayor: (blank)', 'Council: W', 'Council: Z'])
        assert.ok(names.includes(name), name)
    } finally {
      await server.stop()
    }
  })

  for (const changes of [{ results: 'after-close' }, { results: 'live', suppress_below: 10 }] as const)
    it(`waits for the whole result if voting closes during the run, results ${changes.results}`, async () => {
      const dir = mkdtempSync(join(tmpdir(), 'simulate-'))
      const clockFile = join(dir, 'clock')
      const definition = openElectionFile(changes)
      const server = await startServer({ definition, roll: rollOf(410), env: movedClock(clockFile) })
      try {
        const accepted = async () => (await results(server.url)).cast === 400
        const { reconciliation, totals } = await runSimulation(
          simulationOf(server, {
            keys: (async function* () {
              yield server.keys.slice(0, 400)
              await until(accepted)
              writeFileSync(clockFile, String(Date.parse(definition.closes_at)))
              yield server.keys.slice(400)
            })(),
          }),
        )
        assert.deepEqual([totals.accepted, totals.refused], [400, { 'polls-closed': 10 }])
        assert.ok(reconciliation.balances, JSON.stringify(reconciliation, null, 1))
        const found = (name: string) => reconciliation.lines.find(({ what }) => what === name)
        // Every option's exact count, because after the close no ballot is held.
        const options = openElectionFile().contests[0]!.options.map(({ name }) => found(name as string)!)
        assert.ok(options.every(({ expected, expectedAtMost }) => expected === expectedAtMost))
        const votes = options.reduce((sum, option) => sum + option.found!, found('(blank)')?.found ?? 0)
        assert.equal(votes, 400)
        assert.equal(found('voting has closed: counted = cast')!.found, 400)
      } finally {
        await server.stop()
        rmSync(dir, { recursive: true })
      }
    })

  it('reports that voting is not open', async () => {
    const definition = openElectionFile({ opens_at: '2098-01-01T00:00:00Z' })
    const server = await startServer({ definition, roll: rollOf(2) })
    try {
      const run = await runCli(['simulate', '--url', server.url, '--keys', server.keysFile])
      assert.equal(run.code, 2)
      assert.match(run.stderr, /opens at 2098-01-01/)
    } finally {
      await server.stop()
    }
  })
})

/** A proxy that answers one vote itself, as if recorded, and passes everything else on. */
async function swallowingProxy(target: string, nth: number): Promise<Server> {
  let votes = 0
  const proxy = createServer((request, response) => {
    if (request.url === '/vote' && ++votes === nth) {
      request.resume().on('end', () => {
        response.writeHead(201, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ election: 'test-election', tracker: 'swallowed' }))
      })
      return
    }
    const { method, headers, url } = request
    const onward = httpRequest(`${target}${url}`, { method: method!, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return proxy
}
