/** Which files the runner runs at the same time, and how it prints their output. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { type Lane, runScheduled } from './schedule.ts'
import { inTurns } from './turns.ts'

const LANES: readonly Lane[] = ['together', 'engines', 'faults', 'quiet']
const laneOf = (file: string) => file.split(' ')[0] as Lane

test('every file runs once, at most N at a time, and conflicting files never together', async () => {
  const files = fc.array(fc.constantFrom(...LANES), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 4 }), fc.scheduler(), async (lanes, slots, s) => {
      const names = lanes.map((lane, i) => `${lane} ${i}`)
      const ran: string[] = []
      const running: Lane[] = []
      const run = async (file: string) => {
        const lane = laneOf(file)
        ran.push(file)
        running.push(lane)
        const count = (...some: Lane[]) => running.filter((each) => some.includes(each)).length
        assert.ok(running.length <= slots)
        assert.ok(count('quiet') === 0 || running.length === 1)
        assert.ok(count('faults') === 0 || count('faults', 'engines') === 1)
        assert.ok(count('engines') <= 2)
        await s.schedule(Promise.resolve())
        running.splice(running.indexOf(lane), 1)
      }
      await s.waitFor(runScheduled(names, laneOf, slots, run, new AbortController().signal))
      assert.deepEqual(ran.toSorted(), names.toSorted())
    }),
  )
})

test('three slots run three files at a time', async () => {
  let [most, running] = [0, 0]
  const run = async () => {
    most = Math.max(most, ++running)
    await Promise.resolve()
    running--
  }
  const files = ['together 1', 'engines 2', 'together 3', 'together 4', 'engines 5']
  await runScheduled(files, laneOf, 3, run, new AbortController().signal)
  assert.equal(most, 3)
})

test('after an interruption no further file starts', async () => {
  const interruption = new AbortController()
  const ran: string[] = []
  const run = async (file: string) => {
    ran.push(file)
    interruption.abort()
  }
  await runScheduled(['together 1', 'together 2'], laneOf, 1, run, interruption.signal)
  assert.deepEqual(ran, ['together 1'])
})

test('the output of the first file is printed at once, that of the others as a whole', () => {
  const heard: unknown[] = []
  const turn = inTurns((word) => heard.push(word))
  const [a, b, c] = [turn(), turn(), turn()]
  for (const [i, one] of [a, b, c, a].entries()) one.say(i)
  assert.deepEqual(heard, [0, 3])
  b.end()
  c.say(4)
  assert.deepEqual(heard, [0, 3])
  a.end()
  assert.deepEqual(heard, [0, 3, 1, 2, 4])
  c.say(5)
  c.end()
  const d = turn()
  d.say(6)
  assert.deepEqual(heard, [0, 3, 1, 2, 4, 5, 6])
})
