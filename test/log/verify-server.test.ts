/**
 * The real thing: an election served, voted in and closed, and verified by a stranger over HTTP and
 * from the folder.
 */
import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VerifyReport } from '../../src/core/verify/report.ts'
import { type PutForward, putForward } from '../moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

const VOTERS = 60
/** Long enough for any machine to take sixty votes: voting ends when the test says so. */
const OPEN_MS = 300_000
const LIMIT_MS = 60_000

interface Run {
  readonly code: number | null
  readonly report: VerifyReport
}

async function verified(
  server: TestServer,
  clock: PutForward,
  where: string,
  ...more: string[]
): Promise<Run> {
  const state = join(server.dir, 'verify-state.json')
  const args = ['verify', where, '--state', state, '--json', ...more]
  const { code, stdout, stderr } = await runCli(args, clock.env)
  assert.notEqual(stdout, '', stderr)
  return { code, report: JSON.parse(stdout) as VerifyReport }
}

/** Waits for the log to be as it should be: polls, since what makes it so is another process. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + LIMIT_MS; !(await isSo()); await sleep(200))
    if (Date.now() > deadline) assert.fail(`never: ${what}`)
}

const sizeOf = async (url: string) =>
  Number((await (await fetch(`${url}/log/checkpoint`)).text()).split('\n')[1])

// At the same time: each waits for servers and commands of its own.
describe('a whole election, verified by a stranger', { concurrency: true }, () => {
  for (const results of ['live', 'after-close'] as const)
    test(`results ${results}`, async () => {
      const closesAtMs = Date.now() + OPEN_MS
      const clock = putForward()
      const roll = [...rollOf(VOTERS), ...rollOf(VOTERS + 3, ['hill']).slice(VOTERS)]
      const server = await startServer({
        definition: openElectionFile({
          closes_at: new Date(closesAtMs).toISOString(),
          results,
          suppress_below: 10,
          districts: ['north', 'south', 'hill'].map((id) => ({ id, name: id })),
        }),
        roll,
        args: ['--publish-every', '0.2'],
        env: clock.env,
      })
      try {
        const receipts: string[] = []
        for (const [i, key] of server.keys.entries()) {
          const answer = await vote(server.url, key, ['ada', 'grace', 'alan'][i % 3]!)
          assert.equal(answer.status, 201)
          receipts.push(await answer.text())
        }
        const [first, small] = [join(server.dir, 'first.json'), join(server.dir, 'small.json')]
        writeFileSync(first, receipts[0]!)
        writeFileSync(small, receipts.at(-1)!)

        // Live: of the thirty of north and of south twenty each. Three voters of Hill are too few
        // to be told.
        const shown = results === 'live' ? 1 + 20 + 20 : 1
        await until('published', async () => (await sizeOf(server.url)) === shown)
        const open = await verified(server, clock, server.url, '--receipt', first, '--receipt', small)
        assert.deepEqual(open.report.findings, [])
        assert.deepEqual([open.code, open.report.keyFrom], [0, 'genesis'])
        assert.deepEqual([open.report.stage, open.report.ballots], ['open', shown - 1])
        const states = open.report.receipts.map(({ state }) => state)
        assert.equal(states[1], 'not-yet-due')
        // Which ones are told first nobody can say.
        assert.ok(['not-yet-due', ...(results === 'live' ? ['published'] : [])].includes(states[0]!))
        const during = await verified(server, clock, server.dataDir)
        assert.deepEqual(during.report.findings, [])

        clock.to(closesAtMs)
        await until('closed', async () => (await sizeOf(server.url)) === VOTERS + 3 + 3)
        const closed = await verified(server, clock, server.url, '--receipt', first, '--receipt', small)
        assert.deepEqual(closed.report.findings, [])
        assert.deepEqual([closed.report.stage, closed.report.ballots], ['closed', VOTERS + 3])
        assert.deepEqual(closed.report.notChecked, [])
        assert.equal(closed.report.keyFrom, 'given', 'known from the first time')
        assert.equal(closed.report.checks.find(({ check }) => check === 'history')?.count, 1)
        assert.ok(closed.report.receipts.every(({ state }) => state === 'published'))
        const folder = await verified(server, clock, server.dataDir)
        assert.deepEqual([folder.code, folder.report.findings, folder.report.notChecked], [0, [], []])

        // Somebody with the server's rights changes the count in what is served.
        const copy = join(server.dir, 'copy')
        cpSync(join(server.dataDir, 'elections', 'test-election', 'log'), copy, { recursive: true })
        const result = await (await fetch(`${server.url}/results.json`)).text()
        const [good, bad] = [join(server.dir, 'good.json'), join(server.dir, 'bad.json')]
        writeFileSync(good, result)
        writeFileSync(bad, result.replace(/"id":"ada","votes":\d+/, '"id":"ada","votes":63'))
        assert.equal((await verified(server, clock, copy, '--result', good)).code, 0)
        const edited = await verified(server, clock, copy, '--result', bad)
        assert.deepEqual(
          [edited.code, edited.report.findings.map(({ code }) => code)],
          [1, ['close-result', 'result-differs']],
        )
        const bundle = join(copy, 'tile', 'entries', '000.p', String(VOTERS + 6))
        writeFileSync(bundle, readFileSync(bundle, 'latin1').replace('[[0]]', '[[1]]'), 'latin1')
        const tampered = await verified(server, clock, copy, '--result', good)
        assert.equal(tampered.code, 1)
        assert.ok(tampered.report.findings.some(({ code, leaf }) => code === 'tile-differs' && leaf! > 0))
      } finally {
        await server.stop()
      }
    })
})
