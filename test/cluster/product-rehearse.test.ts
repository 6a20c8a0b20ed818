/**
 * A published result played through a cluster: equals the file, county by county, and so does a
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
 * Where the real file is not at hand: as many districts as a large state has counties, votes that
 * differ everywhere.
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
    const told = JSON.parse(run.stdout.trim().split('\n').at(-1)!)
    assert.deepEqual(
      { equal: told.equal, wrong: told.wrong, recount: told.recountEqual, holds: told.invariantHolds },
      { equal: true, wrong: [], recount: true, holds: true },
    )
    assert.ok(told.districts >= DISTRICTS && told.ballots > 5_000, run.stdout)
    t.diagnostic(`${told.ballots} ballots in ${told.districts} districts: ${JSON.stringify(told.seconds)} s`)
  } finally {
    await on.end()
    rmSync(dir, { recursive: true, force: true })
  }
}
