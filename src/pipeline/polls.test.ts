import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Election } from '../core/election/definition.ts'
import { polls } from './polls.ts'

const election = { opensAtMs: 1_000, closesAtMs: 2_000 } as Election

function setUp(wasClosed = false) {
  const state = { nowMs: 0, stored: [] as number[], failing: false, failures: 0 }
  const phase = polls({
    election,
    clock: { nowMs: () => state.nowMs },
    record: {
      wasClosed: () => wasClosed,
      recordClosed: (atMs) => {
        if (state.failing) throw new Error('disk full')
        state.stored.push(atMs)
      },
    },
    onUnstored: () => state.failures++,
  })
  const at = (nowMs: number) => {
    state.nowMs = nowMs
    return phase()
  }
  return { state, at }
}

test('voting opens and closes by the clock, and the close is stored once', () => {
  const { state, at } = setUp()
  assert.deepEqual(
    [at(0), at(1_000), at(1_999), at(2_000), at(9_000)],
    ['not-open', 'open', 'open', 'closed', 'closed'],
  )
  assert.deepEqual(state.stored, [2_000])
})

test('a clock that jumps back does not open again what was closed', () => {
  const { at } = setUp()
  assert.deepEqual([at(2_500), at(1_500), at(0)], ['closed', 'closed', 'closed'])
  assert.equal(setUp(true).at(1_500), 'closed', 'over a restart too')
})

test('a clock that jumps back before the close only closes the door it opened', () => {
  const { at } = setUp()
  assert.deepEqual([at(1_500), at(500), at(1_500)], ['open', 'not-open', 'open'])
})

test('a close that cannot be stored holds all the same, and is tried again', () => {
  const { state, at } = setUp()
  state.failing = true
  assert.deepEqual([at(2_000), at(2_100), at(3_100)], ['closed', 'closed', 'closed'])
  assert.equal(state.failures, 2, 'not at every look')
  state.failing = false
  at(4_200)
  assert.deepEqual(state.stored, [4_200])
})
