/**
 * The adversary suite: logs tampered with, each in a way that has a name. Verification must reject every one of them,
 * naming exactly what is wrong, and accept the untouched log.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { verifyLog } from '../../src/core/log/verify.ts'
import type { VerifyReport } from '../../src/core/log/verify-report.ts'
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
import { AFTERWARDS_MS, cityLog } from './honest-log.ts'

const LOG = cityLog({ ballots: 3000 })

function verified({ files, input }: Scene): Promise<VerifyReport> {
  return verifyLog({
    ...{ read: (path: string) => files.get(path), hasher: nodeTreeHasher(), verify: ed25519Verify },
    nowMs: AFTERWARDS_MS,
    ...input,
  })
}

const codes = (report: VerifyReport) => [...new Set(report.findings.map(({ code }) => code))].sort()

test('the untouched log is accepted, all of it checked', async () => {
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

test('cosigned by enough witnesses it is accepted', async () => {
  assert.deepEqual((await verified(wellCosigned(LOG))).findings, [])
})

const ALL: Readonly<Record<string, readonly Attack[]>> = {
  files: FILE_ATTACKS,
  checkpoint: CHECKPOINT_ATTACKS,
  witnesses: WITNESS_ATTACKS,
  receipts: RECEIPT_ATTACKS,
  operator: OPERATOR_ATTACKS,
  ballots: BALLOT_ATTACKS,
}

for (const [kind, attacks] of Object.entries(ALL)) {
  test(`${kind}: ${attacks.length} attacks`, async (t) => {
    for (const { name, finds, scene } of attacks)
      await t.test(name, async () => {
        const report = await verified(scene(LOG))
        assert.equal(report.verified, false)
        assert.deepEqual(
          codes(report),
          [...finds].sort(),
          JSON.stringify(report.findings.slice(0, 5), null, 1),
        )
      })
  })
}
