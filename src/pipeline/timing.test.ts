/** Runs of a step are timed: their median and their distribution. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DURATION_BOUNDS_S, Durations, timed } from './timing.ts'

test('durations are counted in buckets, each in one, and summed in seconds', () => {
  const durations = new Durations()
  durations.add(0)
  durations.add(1)
  durations.add(1.001, 3)
  durations.add(60_000)
  const counts = [...durations.counts]
  assert.deepEqual(counts.slice(0, 4), [1, 1, 3, 0])
  assert.equal(counts.at(-1), 1)
  assert.equal(counts.length, DURATION_BOUNDS_S.length + 1)
  assert.equal(durations.sumS.toFixed(6), '60.004003')
  assert.deepEqual(
    DURATION_BOUNDS_S.toSorted((a, b) => a - b),
    DURATION_BOUNDS_S,
  )
})

test('each run of a step is timed once, but failed runs are not', async () => {
  let nowMs = 0
  const { step, medianMs, durations } = timed(
    async (tookMs: number) => {
      nowMs += Math.abs(tookMs)
      if (tookMs < 0) throw new Error('failed')
    },
    () => nowMs,
  )
  assert.equal(medianMs(), null)
  for (const tookMs of [4, 30, 4]) await step(tookMs)
  await assert.rejects(step(-5))
  assert.equal(medianMs(), 4)
  assert.equal(durations.sumS.toFixed(6), '0.038000')
})
