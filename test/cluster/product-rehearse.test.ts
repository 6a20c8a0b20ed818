/**
 * A published result replayed through a cluster equals the file, county by county, and so does a
 * recount.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runCli } from '../server.ts'
import { COUNTIES, sharedFile, withoutShared } from '../shared.ts'
import { product } from './cluster-server.ts'

const DISTRICTS = 400
const SCALE = 10_000

/**
 * If the real file is not available: as many districts as a large state has counties, with
 * different votes in each.
 */
function madeUp(dir: string): string {
  const lines = Array.from({ length: DISTRICTS }, (_, d) =>
    ['Ada Lovelace', 'Grace Hopper', 'Alan Turing'].map(
      (name, c) => `"County ${d}, ${'ABCDE'[d % 5]}",${name},${((d * 7 + c * 13) % 17) * 10_000}`,
    ),
  )
  const path = join(dir, 'made-up.csv')
  writeFileSync(path, `district,candidate,votes\n${lines.flat().join('\n')}\n`)
  return path
}

const missing = withoutShared(COUNTIES)
test(
  'the 2020 US presidential election on a cluster equals the file in every district',
  {
    skip: missing,
  },
  (t: TestContext) => rehearsed(t, () => sharedFile(COUNTIES)),
)
if (missing !== false)
  test('made-up districts on a cluster equal their file', (t: TestContext) => rehearsed(t, madeUp))

async function rehearsed(t: TestContext, fileIn: (dir: string) => string): Promise<void> {
  const on = await product()
  const dir = mkdtempSync(join(tmpdir(), 'elections-rehearsal-'))
  try {
    const args = [
      'rehearse',
      fileIn(dir),
      '--scale',
      String(SCALE),
      '--cluster',
      '--data',
      join(dir, 'data'),
      '--json',
    ]
    const run = await runCli(args, on.env)
    assert.equal(run.code, 0, run.stdout + run.stderr)
    const report = JSON.parse(run.stdout.trim().split('\n').at(-1)!)
    assert.deepEqual(
      {
        equal: report.equal,
        wrong: report.wrong,
        recount: report.recountEqual,
        holds: report.invariantHolds,
      },
      { equal: true, wrong: [], recount: true, holds: true },
    )
    assert.ok(report.districts >= DISTRICTS && report.ballots > 5_000, run.stdout)
    t.diagnostic(
      `${report.ballots} ballots in ${report.districts} districts: ` + `${JSON.stringify(report.seconds)} s`,
    )
  } finally {
    await on.end()
    rmSync(dir, { recursive: true, force: true })
  }
}
