/**
 * Logs that were written while version 1 was the newest stay verifiable, with everything that
 * voters and observers kept of them.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import type { SeenCheckpoint } from '../../src/core/verify/history.ts'
import type { VerifyReport } from '../../src/core/verify/report.ts'
import type { VerifyInput } from '../../src/core/verify/verify.ts'
import { verifyInThreads } from './in-threads.ts'

const V1 = fileURLToPath(new URL('./v1', import.meta.url))
const DAY_MS = 86_400_000

interface Facts {
  readonly election: string
  readonly key: string
  readonly ballots: number
  readonly checkpoints: readonly Required<SeenCheckpoint>[]
  readonly receipts: readonly string[]
  readonly result: string | null
}

const factsOf = (name: string) => JSON.parse(readFileSync(join(V1, name, 'facts.json'), 'utf8')) as Facts

function verified(name: string, input: Partial<VerifyInput> = {}): Promise<VerifyReport> {
  const { election, key, receipts, checkpoints, result } = factsOf(name)
  const log = join(V1, name, 'elections', election, 'log')
  const at = (path: string) => join(log, ...path.split('/'))
  return verifyInThreads({
    read: (path) => (existsSync(at(path)) ? readFileSync(at(path)) : undefined),
    ...{ hasher: nodeTreeHasher(), verify: ed25519Verify, key, receipts },
    nowMs: checkpoints.at(-1)!.seenAtMs,
    seen: checkpoints,
    ...(result === null ? {} : { result: Buffer.from(result) }),
    ...input,
  })
}

const statesOf = ({ receipts }: VerifyReport) => [...new Set(receipts.map(({ state }) => state))].sort()

for (const name of ['live', 'after-close'])
  test(`a closed log of version 1, results ${name}, is verified completely at any time`, async () => {
    const { ballots, checkpoints } = factsOf(name)
    for (const later of [0, DAY_MS, 3650 * DAY_MS]) {
      const report = await verified(name, { nowMs: checkpoints.at(-1)!.seenAtMs + later })
      assert.deepEqual(report.findings, [])
      assert.deepEqual([report.verified, report.stage, report.ballots], [true, 'closed', ballots])
      assert.deepEqual(statesOf(report), ['published'])
      assert.equal(report.amendments.length, 2)
      assert.equal(report.certification?.holds, name === 'live' ? true : undefined)
      assert.ok(report.checks.some(({ check, count }) => check === 'result' && count === 1))
    }
  })

test('an open log of version 1 is verified as far as possible', async () => {
  const report = await verified('open')
  assert.deepEqual(report.findings, [])
  assert.deepEqual([report.verified, report.stage, report.ballots], [true, 'open', 25])
  assert.deepEqual(statesOf(report), ['not-yet-due', 'published'])
})

test('an open log of version 1 with results after the close is verified by its hashes', async () => {
  const report = await verified('open-after-close')
  assert.deepEqual(report.findings, [])
  assert.deepEqual([report.verified, report.stage], [true, 'held-back'])
  assert.deepEqual(statesOf(report), ['published'])
})

test('what was wrong with a log of version 1 still causes the same findings', async () => {
  const { receipts, key } = factsOf('open')
  // A promise of version 1 states its own time. After it the promise is broken, and the same log is
  // overdue.
  const late = await verified('open', { nowMs: Date.parse('2099-01-02T00:00:00Z') })
  assert.deepEqual([...new Set(late.findings.map(({ code }) => code))], ['promise-broken'])
  // Before voting ended, a unit of fewer than ten ballots must not have been public: this is the
  // checkpoint after the close, seen too early.
  const { checkpoints } = factsOf('live')
  const early = { note: checkpoints.at(-1)!.note, seenAtMs: Date.parse('2026-02-01T00:00:00Z') }
  const report = await verified('live', { seen: [early] })
  assert.deepEqual(
    report.findings.map(({ code }) => code),
    ['released-too-early'],
  )
  assert.ok(receipts.length > 0 && key.length > 0)
})
