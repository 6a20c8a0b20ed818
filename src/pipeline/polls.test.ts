import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Election } from '../core/election/definition.ts'
import { polls } from './polls.ts'

const election = { opensAtMs: 1_000, closesAtMs: 2_000 } as Election

async function setUp(wasClosed = false) {
  const state = { nowMs: 0, stored: [] as number[], failing: false, failures: 0 }
  const { phase, refusal, change } = await polls({
    election,
    clock: { nowMs: () => state.nowMs },
    record: {
      wasClosed: async () => wasClosed,
      recordClosed: async (atMs) => {
        if (state.failing) throw new Error('disk full')
        state.stored.push(atMs)
      },
    },
    onUnstored: () => state.failures++,
  })
  const at = async (...momentsMs: number[]) => {
    const phases = []
    for (const nowMs of momentsMs) {
      state.nowMs = nowMs
      phases.push(phase())
      await new Promise(setImmediate)
    }
    return phases
  }
  return { state, at, refusal, change }
}

test('voting opens and closes by the clock, and the close is stored once', async () => {
  const { state, at } = await setUp()
  assert.deepEqual(await at(0, 1_000, 1_999, 2_000, 9_000), ['not-open', 'open', 'open', 'closed', 'closed'])
  assert.deepEqual(state.stored, [2_000])
})

test('a clock that jumps back does not reopen closed polls', async () => {
  const { at } = await setUp()
  assert.deepEqual(await at(2_500, 1_500, 0), ['closed', 'closed', 'closed'])
  assert.deepEqual(await (await setUp(true)).at(1_500), ['closed'], 'nor after a restart')
})

test('before voting ends, a clock that jumps back only closes the polls until the opening', async () => {
  const { at } = await setUp()
  assert.deepEqual(await at(1_500, 500, 1_500), ['open', 'not-open', 'open'])
})

test('a close that cannot be stored is still in effect, and storing is tried again', async () => {
  const { state, at } = await setUp()
  state.failing = true
  assert.deepEqual(await at(2_000, 2_100, 3_100), ['closed', 'closed', 'closed'])
  assert.equal(state.failures, 2, 'not at every look')
  state.failing = false
  await at(4_200)
  assert.deepEqual(state.stored, [4_200])
})

test('extended voting continues past its first end, and closes at the second', async () => {
  const { at, change, state } = await setUp()
  await at(1_900)
  assert.equal(await change(async () => {}, 3_000), 'published')
  assert.deepEqual(await at(2_000, 2_999, 3_000, 2_500), ['open', 'open', 'closed', 'closed'])
  assert.deepEqual(state.stored, [3_000])
})

test('voting does not end during a publication; ballots of that moment must be sent again', async () => {
  const { at, change, refusal } = await setUp()
  await at(1_900)
  const published = Promise.withResolvers<void>()
  const changed = change(() => published.promise, 3_000)
  assert.deepEqual(await at(2_100), ['open'])
  assert.equal(refusal(), 'storage-unavailable')
  published.resolve()
  assert.equal(await changed, 'published')
  assert.deepEqual(await at(2_100), ['open'])
  assert.equal(refusal(), null)
})

test('a change that is not published extends nothing, and after the end no change begins', async () => {
  const { at, change, refusal } = await setUp()
  await at(1_900)
  await assert.rejects(
    change(async () => {
      await at(2_100)
      throw new Error('disk full')
    }, 3_000),
    /disk full/,
  )
  assert.deepEqual(await at(2_100), ['closed'])
  assert.equal(refusal(), 'polls-closed')
  let begun = false
  const late = await change(async () => {
    begun = true
  }, 3_000)
  assert.deepEqual([late, begun], ['ended', false])
})

test('a change that is no extension does not move the end', async () => {
  const { at, change } = await setUp()
  await at(1_900)
  assert.equal(await change(async () => {}), 'published')
  assert.deepEqual(await at(2_000), ['closed'])
})
