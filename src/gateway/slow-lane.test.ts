import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SlowLane } from './slow-lane.ts'

/** Work that ends when `finish` is called. */
function held() {
  const begun: string[] = []
  const waiting: (() => void)[] = []
  const work = (name: string) => () => {
    begun.push(name)
    return new Promise<void>((resolve) => waiting.push(resolve))
  }
  const finish = async () => {
    for (const resolve of waiting.splice(0)) resolve()
    await nextTurn()
  }
  return { begun, work, finish }
}

test('waiting names take turns: a flood from one does not keep others out', async () => {
  const lane = new SlowLane()
  const { begun, work, finish } = held()
  lane.add({ name: 'flood' }, work('flood 0'))
  for (let i = 1; i <= 90; i++) lane.add({ name: 'flood' }, work(`flood ${i}`))
  lane.add({ name: 'other' }, work('other'))
  await nextTurn()
  assert.deepEqual(begun, ['flood 0'])
  lane.hurry()
  await finish()
  assert.deepEqual(begun.slice(1, 4), ['flood 1', 'other', 'flood 2'])
  while (lane.size > 0) await finish()
  assert.equal(begun.length, 92)
})

test('places are limited, for one name and for all', async () => {
  const lane = new SlowLane()
  const { work, finish, begun } = held()
  let taken = 0
  for (let i = 0; i < 200; i++) if (lane.add({ name: 'one' }, work('one'))) taken++
  assert.ok(taken >= 100 && taken <= 101, String(taken))
  for (let i = 0; i < 20_000; i++) if (lane.add({ name: `${i}` }, work(`${i}`))) taken++
  assert.ok(taken >= 10_000 && taken <= 10_001, String(taken))
  lane.hurry()
  while (lane.size > 0) await finish()
  await finish()
  assert.equal(begun.length, taken)
})

test('each recorded ballot lets twenty more requests of its address pass, up to a limit', () => {
  const lane = new SlowLane()
  const passes = (who: string) => {
    let passed = 0
    while (lane.mayPass({ name: who })) passed++
    return passed
  }
  assert.equal(passes('campus'), 0)
  let ballots = 0
  const record = (who: string) => lane.recorded({ name: who }, `tracker ${ballots++}`)
  record('campus')
  assert.deepEqual([passes('guesser'), passes('campus'), passes('campus')], [0, 20, 0])
  for (let i = 0; i < 1_000; i++) record('campus')
  for (let i = 0; i < 19_999; i++) record(`${i}`)
  assert.equal(passes('campus'), 400)
  for (let i = 0; i < 30_000; i++) record(`${i}`)
  assert.equal(passes('9999'), 0)
})

test('a ballot that is sent repeatedly lets requests pass only once', () => {
  const lane = new SlowLane()
  const passes = (who: string) => {
    let passed = 0
    while (lane.mayPass({ name: who })) passed++
    return passed
  }
  for (let i = 0; i < 100; i++) lane.recorded({ name: 'guesser' }, 'its own ballot')
  assert.deepEqual([passes('guesser'), passes('guesser')], [20, 0])
  lane.recorded({ name: 'guesser' }, 'its own ballot')
  lane.recorded({ name: 'elsewhere' }, 'its own ballot')
  assert.deepEqual([passes('guesser'), passes('elsewhere')], [0, 0])
})

test('a network that is held as a whole has one turn, and each of its addresses has places', async () => {
  const lane = new SlowLane()
  const { begun, work, finish } = held()
  const inside = (name: string) => ({ name, network: 'campus' })
  lane.add(inside('guesser'), work('guesser 0'))
  let taken = 1
  for (let i = 1; i <= 300; i++) if (lane.add(inside('guesser'), work(`guesser ${i}`))) taken++
  assert.equal(taken, 17)
  // Other addresses of it have places and the next turns: 255 more, as many as a /24 has.
  for (let i = 0; i < 255; i++) assert.ok(lane.add(inside(`voter ${i}`), work(`voter ${i}`)))
  assert.ok(lane.isCrowded(inside('voter 7')))
  lane.add({ name: 'elsewhere' }, work('elsewhere'))
  assert.ok(!lane.isCrowded({ name: 'elsewhere' }))
  lane.hurry()
  await nextTurn()
  await finish()
  assert.deepEqual(begun.slice(1, 5), ['guesser 1', 'elsewhere', 'voter 0', 'voter 1'])
  while (lane.size > 0) await finish()
  assert.equal(begun.length, 17 + 255 + 1)
})

test('places of one network are limited, however many addresses it has', () => {
  const lane = new SlowLane()
  let taken = 0
  for (let i = 0; i < 6_000; i++)
    if (lane.add({ name: `address ${i}`, network: '/48' }, () => new Promise(() => {}))) taken++
  // The first batch has started.
  assert.ok(taken >= 4_096 && taken <= 4_096 + 32, String(taken))
  assert.ok(lane.add({ name: 'another' }, async () => {}))
})
