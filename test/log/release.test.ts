/**
 * Logs of version 2: valid at each size they had, and with findings if ballots are published
 * otherwise. Positions decide, never a clock.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import type { VerifyReport } from '../../src/core/verify/report.ts'
import { type Attack, CHECKPOINT_ATTACKS, FILE_ATTACKS, honest, type Scene } from './attacks.ts'
import {
  AFTERWARDS_MS,
  CLOSES_LATER,
  checkpointOf,
  cityLog,
  DURING_MS,
  type HonestLog,
} from './honest-log.ts'
import { verifyInThreads } from './in-threads.ts'
import { receipts, trackerOf } from './log-bytes.ts'
import { END_ATTACKS, GROUP_ATTACKS, openScene, SORTED_ATTACKS } from './release-attacks.ts'

const LIVE = cityLog({ v: 2, ballots: 3000 })
const SORTED = cityLog({ v: 2, ballots: 3000, changes: { results: 'after-close' } })
const AT_ONCE = cityLog({ v: 2, ballots: 400, changes: { suppress_below: 1 } })
const LOGS: Readonly<Record<string, HonestLog>> = {
  live: LIVE,
  'after-close': SORTED,
  'live, at once': AT_ONCE,
}

function verified({ files, input }: Scene): Promise<VerifyReport> {
  return verifyInThreads({
    ...{ read: (path: string) => files.get(path), hasher: nodeTreeHasher(), verify: ed25519Verify },
    nowMs: AFTERWARDS_MS,
    ...input,
  })
}
const codes = (report: VerifyReport) => [...new Set(report.findings.map(({ code }) => code))].sort()

for (const [results, log] of Object.entries(LOGS)) {
  test(`the untouched log of version 2 is accepted and every check ran, results ${results}`, async () => {
    const report = await verified(honest(log))
    assert.deepEqual([report.findings, report.notChecked], [[], []])
    assert.deepEqual([report.stage, report.ballots], ['closed', log.ballots.length])
    assert.ok(report.receipts.every(({ state, promiseHolds }) => state === 'published' && promiseHolds))
    const counts = Object.fromEntries(report.checks.map(({ check, count }) => [check, count]))
    assert.deepEqual([counts.end, counts.amendments], [1, 2])
    assert.equal(counts.release, log === AT_ONCE ? 0 : log.published.length + 1)
  })

  test(`it is accepted at every size it ever had, at any time, results ${results}`, async () => {
    for (const [i, size] of log.published.entries()) {
      const entries = log.entries.slice(0, size)
      const hasEnded = entries.some((entry) => entry.includes('"entry":"end"'))
      for (const nowMs of hasEnded ? [AFTERWARDS_MS] : [DURING_MS, AFTERWARDS_MS]) {
        const scene = openScene(log, entries, nowMs)
        const seen = log.published
          .slice(0, i)
          .map((each) => ({ note: checkpointOf(log, log.entries.slice(0, each)), seenAtMs: DURING_MS }))
        const report = await verified({ ...scene, input: { ...scene.input, seen } })
        assert.deepEqual(codes(report), [])
        assert.equal(report.stage, size === log.entries.length ? 'closed' : 'open')
      }
    }
  })
}

test('at any other size of a live log a ballot is public too early', async () => {
  const sizes = new Set(LIVE.published)
  const end = LIVE.entries.findIndex((entry) => entry.includes('"entry":"end"'))
  let wrong = 0
  for (let size = 2; size < end; size += 37) {
    if (sizes.has(size)) continue
    const found = codes(await verified(openScene(LIVE, LIVE.entries.slice(0, size))))
    if (found.length > 0) wrong++
    assert.deepEqual(
      found.filter((code) => code !== 'released-too-early'),
      [],
    )
  }
  assert.ok(wrong > 50, `${wrong} sizes have findings`)
})

for (const [results, log] of [
  ['live', LIVE],
  ['after-close', SORTED],
] as const)
  test(`an open log that shows a part of its rest is found from its state, results ${results}`, async () => {
    const end = log.entries.findIndex((entry) => entry.includes('"entry":"end"'))
    const close = log.entries.length - 1
    for (let size = end + 2; size < close; size += Math.ceil((close - end) / 7)) {
      const report = await verified(openScene(log, log.entries.slice(0, size), AFTERWARDS_MS))
      assert.deepEqual(codes(report), ['released-too-early'])
    }
  })

test('a promise of version 2 is due relative to the end of voting that is finally in force', async () => {
  const { definition, key, entries, published } = LIVE
  const lost = receipts([trackerOf('held back')], definition.id, 600, key, { v: 2 })
  const stateAt = async (nowMs: number, size: number) => {
    const scene = openScene(LIVE, entries.slice(0, size), nowMs)
    const report = await verified({ ...scene, input: { ...scene.input, receipts: lost } })
    const [receipt] = report.receipts
    assert.equal(codes(report).includes('promise-broken'), receipt!.state === 'promise-broken')
    return [receipt!.state, receipt!.publishBy]
  }
  const end = Date.parse(definition.closes_at)
  const later = Date.parse(CLOSES_LATER)
  const [announced, extended] = [published[1]!, published[3]!]
  assert.deepEqual(await stateAt(end + 599_000, announced), ['not-yet-due', end / 1000 + 600])
  assert.deepEqual(await stateAt(end + 601_000, announced), ['promise-broken', end / 1000 + 600])
  assert.deepEqual(await stateAt(end + 601_000, extended), ['not-yet-due', later / 1000 + 600])
  assert.deepEqual(await stateAt(later + 599_000, extended), ['not-yet-due', later / 1000 + 600])
  assert.deepEqual(await stateAt(later + 601_000, extended), ['promise-broken', later / 1000 + 600])
  // A closed log can get no further entry.
  assert.deepEqual(await stateAt(later + 1_000, entries.length), ['promise-broken', later / 1000 + 600])
})

const SUITES: readonly (readonly [string, HonestLog, readonly Attack[]])[] = [
  ['live', LIVE, [...END_ATTACKS, ...GROUP_ATTACKS]],
  ['after-close', SORTED, [...END_ATTACKS, ...SORTED_ATTACKS]],
]
for (const [results, log, attacks] of SUITES)
  test(`${attacks.length} attacks on the release, results ${results}`, async (t) => {
    for (const { name, finds, scene } of attacks)
      await t.test(name, async () => {
        const report = await verified(scene(log))
        assert.equal(report.verified, false)
        assert.deepEqual(
          codes(report),
          [...finds].sort(),
          JSON.stringify(report.findings.slice(0, 5), null, 1),
        )
      })
  })

test('attacks on files and checkpoints are also found in a log of version 2', async (t) => {
  for (const { name, scene } of [...FILE_ATTACKS, ...CHECKPOINT_ATTACKS])
    await t.test(name, async () => {
      const report = await verified(scene(LIVE))
      assert.equal(report.verified, false)
      assert.ok(report.findings.length > 0)
    })
})
