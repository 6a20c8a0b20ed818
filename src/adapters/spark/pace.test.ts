/**
 * The pace of the count: busy after a lasting load, quiet again later, steady in between.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Pace, paceJudge } from './pace.ts'
import type { QueryProgress } from './query-progress.ts'

const report = (inputRowsPerSecond: number | null, recordsBehind: number | null = 0): QueryProgress => ({
  mark: '',
  batchId: 1,
  inputRowsPerSecond,
  processedRowsPerSecond: null,
  batchDurationMs: null,
  recordsBehind,
  stateRows: null,
  stateBytes: null,
})

/** The judge's answers to one report each second, if the driver follows them. */
function paces(rates: readonly (readonly [rate: number, seconds: number, behind?: number])[]): Pace[] {
  const judge = paceJudge()
  const chosen: Pace[] = []
  let ms = 0
  let now: Pace = 'quiet'
  for (const [rate, seconds, behind = 0] of rates)
    for (let second = 0; second < seconds; second++) {
      const pace = judge.after(report(rate, behind), ms)
      ms += 1_000
      if (pace !== now) judge.goes(pace, ms)
      now = pace
      chosen.push(pace)
    }
  return chosen
}

/** Reports come one second apart: the third of a load is 2 s after its first. */
const LOAD = [9_000, 3] as const

test('load that lasts two seconds is busy, a burst is not', () => {
  assert.equal(paces([LOAD]).indexOf('busy'), 2)
  assert.ok(
    !paces([
      [9_000, 2],
      [0, 1],
      [9_000, 2],
    ]).includes('busy'),
  )
})

test('two seconds after a load the pace is quiet again, and does not change in between', () => {
  assert.deepEqual(paces([LOAD, [50, 3]]).slice(2), ['busy', 'busy', 'busy', 'quiet'])
  assert.equal(paces([LOAD, [50, 2], [150, 1], [50, 2]]).at(-1), 'busy')
  assert.equal(paces([LOAD, [300, 500]]).at(-1), 'busy')
  assert.equal(paces([[300, 500]]).at(-1), 'quiet')
})

test('a changing load changes the pace less and less often, until the load is gone for a minute', () => {
  const wave = [
    [9_000, 5],
    [0, 5],
  ] as const
  const chosen = paces(Array.from({ length: 30 }, () => wave).flat())
  const changes = chosen.filter((pace, i) => i > 0 && pace !== chosen[i - 1]).length
  assert.ok(changes <= 5, `${changes} changes in 300 s`)
  assert.equal(chosen.at(-1), 'busy')
  const rested = paces([...Array.from({ length: 30 }, () => wave).flat(), [0, 120], LOAD, [0, 3]])
  assert.equal(rested.at(-1), 'quiet')
})

test('a count that catches up, and one without numbers, keep their pace', () => {
  assert.equal(paces([[50_000, 60, 1_000_000]]).at(-1), 'quiet')
  const judge = paceJudge()
  for (let ms = 0; ms < 60_000; ms += 1_000) assert.equal(judge.after(report(null, null), ms), 'quiet')
})
