/**
 * The adversary suite: logs with named manipulations. Verification must reject each of them with
 * exactly the right findings, and accept the untouched log.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import type { VerifyReport } from '../../src/core/verify/report.ts'
import {
  type Attack,
  BALLOT_ATTACKS,
  CHECKPOINT_ATTACKS,
  FILE_ATTACKS,
  honest,
  OPERATOR_ATTACKS,
  RECEIPT_ATTACKS,
  type Scene,
  WITNESS_ATTACKS,
  wellCosigned,
} from './attacks.ts'
import { CERTIFICATION_ATTACKS, wellCertified } from './certification-attacks.ts'
import { CLOCK_ATTACKS, NEARLY } from './clock-attacks.ts'
import { AFTERWARDS_MS, cityLog } from './honest-log.ts'
import { verifyInThreads } from './in-threads.ts'

const LOG = cityLog({ ballots: 3000 })

function verified({ files, input }: Scene): Promise<VerifyReport> {
  return verifyInThreads({
    ...{ read: (path: string) => files.get(path), hasher: nodeTreeHasher(), verify: ed25519Verify },
    nowMs: AFTERWARDS_MS,
    ...input,
  })
}

const codes = (report: VerifyReport) => [...new Set(report.findings.map(({ code }) => code))].sort()

test('the untouched log is accepted, and every check ran', async () => {
  const report = await verified(honest(LOG))
  assert.deepEqual(report.findings, [])
  assert.equal(report.verified, true)
  assert.deepEqual(report.notChecked, [])
  assert.equal(report.stage, 'closed')
  assert.equal(report.ballots, 3000)
  const counts = Object.fromEntries(report.checks.map(({ check, count }) => [check, count]))
  assert.deepEqual(
    [counts.bundles, counts.tiles, counts.root, counts.ballots, counts.amendments, counts.history],
    [12, 13, LOG.entries.length - 1, 3000, 2, LOG.published.length],
  )
  assert.ok(report.receipts.every(({ state, promiseHolds }) => state === 'published' && promiseHolds))
})

test('a log that enough witnesses have cosigned is accepted', async () => {
  assert.deepEqual((await verified(wellCosigned(LOG))).findings, [])
})

test('a certified log is accepted, and the report states when and by which program', async () => {
  assert.equal((await verified(honest(LOG))).certification, null)
  const report = await verified(wellCertified(LOG))
  assert.deepEqual([report.findings, report.notChecked], [[], []])
  assert.deepEqual(
    report.checks.find(({ check }) => check === 'certification'),
    { check: 'certification', count: 1, passed: true },
  )
  const at = new Date(AFTERWARDS_MS).toISOString()
  assert.deepEqual(report.certification, { holds: true, at, software: 'digital-elections 0.1.0' })
})

test('times just within limits are accepted: clocks differ, and a log is closed within a day', async (t) => {
  for (const { name, scene } of NEARLY)
    await t.test(name, async () => assert.deepEqual((await verified(scene(LOG))).findings, []))
})

test('a certification is not believed if the log has findings, or if it could not be compared', async () => {
  for (const path of ['tile/0/004', 'tile/entries/005', 'checkpoint', 'genesis.json', 'definition.json']) {
    const scene = wellCertified(LOG)
    scene.files.delete(path)
    const report = await verified(scene)
    assert.equal(report.verified, false, path)
    assert.deepEqual(report.certification, { holds: false }, path)
    assert.ok(!codes(report).some((code) => code.startsWith('certification')), path)
  }
})

const ALL: Readonly<Record<string, readonly Attack[]>> = {
  files: FILE_ATTACKS,
  checkpoint: CHECKPOINT_ATTACKS,
  witnesses: WITNESS_ATTACKS,
  receipts: RECEIPT_ATTACKS,
  operator: OPERATOR_ATTACKS,
  ballots: BALLOT_ATTACKS,
  certification: CERTIFICATION_ATTACKS,
  clock: CLOCK_ATTACKS,
}

for (const [kind, attacks] of Object.entries(ALL)) {
  test(`${kind}: ${attacks.length} attacks`, async (t) => {
    for (const { name, finds, scene } of attacks)
      await t.test(name, async () => {
        const report = await verified(scene(LOG))
        assert.equal(report.verified, false)
        assert.notEqual(report.certification?.holds, true)
        assert.deepEqual(
          codes(report),
          [...finds].sort(),
          JSON.stringify(report.findings.slice(0, 5), null, 1),
        )
      })
  })
}
