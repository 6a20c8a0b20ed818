import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Election } from '../core/election/definition.ts'
import { polls } from './polls.ts'

const election = { opensAtMs: 1_000, closesAtMs: 2_000 } as Election

async function setUp(wasClosed = false) {
  const state = { nowMs: 0, stored: [] as number[], failing: false, failures: 0 }
  const phase = await polls({
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
  return { state, at }
}

test('voting opens and closes by the clock, and the close is stored once', async () => {
  const { state, at } = await setUp()
  assert.deepEqual(await at(0, 1_000, 1_999, 2_000, 9_000), ['not-open', 'open', 'open', 'closed', 'closed'])
  assert.deepEqual(state.stored, [2_000])
})

test('a clock that jumps back does not open again what was closed', async () => {
  const { at } = await setUp()
  assert.deepEqual(await at(2_500, 1_500, 0), ['closed', 'closed', 'closed'])
  assert.deepEqual(await (await setUp(true)).at(1_500), ['closed'], 'over a restart too')
})

test('a clock that jumps back before the close only closes the door it opened', async () => {
  const { at } = await setUp()
  assert.deepEqual(await at(1_500, 500, 1_500), ['open', 'not-open', 'open'])
})

test('a close that cannot be stored holds all the same, and is tried again', async () => {
  const { state, at } = await setUp()
  state.failing = true
  assert.deepEqual(await at(2_000, 2_100, 3_100), ['closed', 'closed', 'closed'])
  assert.equal(state.failures, 2, 'not at every look')
  state.failing = false
  await at(4_200)
  assert.deepEqual(state.stored, [4_200])
})
