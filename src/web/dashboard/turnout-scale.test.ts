/** The turnout chart's axes are round numbers and its curve stays inside its box. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pointsUntil, shareTicks, timeStep, timeTicks, turnoutChart } from './turnout-scale.ts'

test('share ticks are round, and the last one reaches the highest share', () => {
  assert.deepEqual(shareTicks(0.45), [0, 0.2, 0.4, 0.6])
  assert.deepEqual(shareTicks(1), [0, 0.5, 1])
  assert.deepEqual(shareTicks(0.07), [0, 0.02, 0.04, 0.06, 0.08])
  assert.equal(shareTicks(0)[0], 0)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (highest) => {
      const ticks = shareTicks(highest)
      assert.ok(ticks.length >= 2 && ticks.length <= 6)
      assert.ok(ticks.at(-1)! >= highest && ticks.at(-1)! <= 1)
    }),
  )
})

test('time ticks are few, and at round hours of the local time', () => {
  assert.equal(timeStep(3600, 6), 600)
  assert.deepEqual(timeTicks(3601, 10_800, 3600, 0), [7200, 10_800])
  const halfHourZone = 19_800 // UTC+5:30: whole hours there are half hours of UTC
  assert.deepEqual(timeTicks(0, 7200, 3600, halfHourZone), [1800, 5400])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 * 86_400 }), fc.integer({ min: 1, max: 12 }), (span, most) => {
      const ticks = timeTicks(1_700_000_000, 1_700_000_000 + span, timeStep(span, most), 3600)
      assert.ok(ticks.length <= most + 1)
    }),
  )
})

test('the curve reaches to the moment of the snapshot', () => {
  assert.deepEqual(pointsUntil([[10, 1]], 20, 1), [
    [10, 1],
    [20, 1],
  ])
  assert.deepEqual(pointsUntil([[10, 1]], 10, 1), [[10, 1]])
  assert.deepEqual(pointsUntil([], 20, 0), [])
})

test('the curve does not run ahead of the snapshot', () => {
  const points = [
    [10, 1],
    [20, 4],
  ] as const
  assert.deepEqual(pointsUntil(points, 13, 4), [
    [10, 1],
    [13, 4],
  ])
})

test('every point of the curve is inside the box', () => {
  const series = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.nat({ max: 1000 })), {
      minLength: 1,
      maxLength: 50,
    })
    .map((gaps) => {
      let [timeS, cast] = [1_700_000_000, 0]
      return gaps.map(([dt, more]) => {
        timeS += dt
        cast += more
        return [timeS, cast] as const
      })
    })
  const box = { left: 40, right: 300, top: 10, bottom: 150 }
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 100_000 }), (points, eligible) => {
      const chart = turnoutChart(points, eligible, box, 5, 0)
      assert.ok(!chart.area.includes('NaN'))
      for (const [, x, y] of chart.line.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)) {
        assert.ok(Number(x) >= box.left && Number(x) <= box.right)
        assert.ok(Number(y) >= box.top && Number(y) <= box.bottom)
      }
    }),
  )
})
