/**
 * The pace of the count: busy once it has been so for a while, quiet again later, steady in
 * between.
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
  const said: Pace[] = []
  let ms = 0
  let now: Pace = 'quiet'
  for (const [rate, seconds, behind = 0] of rates)
    for (let second = 0; second < seconds; second++) {
      const pace = judge.told(report(rate, behind), ms)
      ms += 1_000
      if (pace !== now) judge.goes(pace)
      now = pace
      said.push(pace)
    }
  return said
}

test('load that lasts five seconds is busy, a burst is not', () => {
  assert.equal(paces([[9_000, 6]]).indexOf('busy'), 5)
  assert.ok(
    !paces([
      [9_000, 5],
      [0, 1],
      [9_000, 5],
    ]).includes('busy'),
  )
})

test('it is quiet again after half a minute of few ballots, and does not swing in between', () => {
  const rise = [9_000, 6] as const
  assert.equal(paces([rise, [50, 31]]).lastIndexOf('busy'), 35)
  assert.equal(paces([rise, [50, 29], [150, 1], [50, 29]]).at(-1), 'busy')
  assert.equal(paces([rise, [300, 500]]).at(-1), 'busy')
  assert.equal(paces([[300, 500]]).at(-1), 'quiet')
})

test('a count that catches up, and one without numbers, keep their pace', () => {
  assert.equal(paces([[50_000, 60, 1_000_000]]).at(-1), 'quiet')
  const judge = paceJudge()
  for (let ms = 0; ms < 60_000; ms += 1_000) assert.equal(judge.told(report(null, null), ms), 'quiet')
})
