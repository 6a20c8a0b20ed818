import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpareTime } from './spare-time.ts'

function spare() {
  const clock = { nowMs: 5_000, usedMs: 70 }
  const time = new SpareTime({ nowMs: () => clock.nowMs, usedMs: () => clock.usedMs })
  const work = (ms: number) =>
    time.spend(() => {
      clock.nowMs += ms
      clock.usedMs += ms
    })
  return { clock, time, work }
}

test('work goes on at once until what was saved is used up, then one part in ten of the time', () => {
  const { clock, time, work } = spare()
  for (let i = 0; i < 3; i++) {
    assert.equal(time.waitMs(), 0)
    work(40)
  }
  // 100 saved, 12 earned while working, 120 used: eight to be earned.
  assert.ok(Math.abs(time.waitMs() - 80) < 1e-6)
  clock.nowMs += 79
  assert.ok(time.waitMs() > 0)
  clock.nowMs += 2
  assert.equal(time.waitMs(), 0)
  let usedMs = 0
  const startMs = clock.nowMs
  while (clock.nowMs < startMs + 100_000) {
    clock.nowMs += time.waitMs()
    work(7)
    usedMs += 7
  }
  assert.ok(usedMs > 9_900 && usedMs < 10_100, `${usedMs}`)
})

test('no more is saved up than a burst needs', () => {
  const { clock, time, work } = spare()
  clock.nowMs += 3_600_000
  work(100)
  assert.equal(time.waitMs(), 0)
  work(100)
  assert.ok(Math.abs(time.waitMs() - 800) < 1e-6)
})

test('work that ends with the turn is counted up to there', () => {
  const { clock, time } = spare()
  const end = time.begin()
  clock.usedMs += 40
  assert.equal(time.waitMs(), 0)
  clock.usedMs += 80
  end()
  assert.ok(Math.abs(time.waitMs() - 200) < 1e-6)
})

test('time in which this thread did not run is nobody’s work', () => {
  const { clock, time } = spare()
  time.spend(() => {
    clock.nowMs += 60_000
    clock.usedMs += 1
  })
  assert.equal(time.waitMs(), 0)
})

test('work that fails is counted, and its failure told', () => {
  const { clock, time } = spare()
  assert.throws(
    () =>
      time.spend(() => {
        clock.usedMs += 500
        throw new Error('broken')
      }),
    /broken/,
  )
  assert.ok(time.waitMs() > 3_000)
})

test('the real clocks: work is counted in milliseconds', () => {
  const time = new SpareTime()
  assert.equal(time.waitMs(), 0)
  const beganMs = performance.now()
  const start = process.threadCpuUsage()
  time.spend(() => {
    while (process.threadCpuUsage(start).user + process.threadCpuUsage(start).system < 200_000);
  })
  // 200 ms of work, 100 of them saved up: the rest is owed ten times. A busy machine may have paid
  // it off meanwhile.
  assert.ok(time.waitMs() + performance.now() - beganMs > 900)
  assert.ok(time.waitMs() < 10_000)
})
