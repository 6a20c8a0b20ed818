import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kept } from './kept.ts'

test('a value is kept for its time, for all callers', async () => {
  let made = 0
  const ask = kept(60_000, async () => ++made)
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [1, 1, 1])
  assert.equal(await ask(), 1)

  const askAgain = kept(0, async () => ++made)
  assert.deepEqual([await askAgain(), await askAgain()], [2, 3])
})

test('a failure is not kept', async () => {
  let times = 0
  const ask = kept(60_000, async () => {
    if (++times === 1) throw new Error('not yet')
    return times
  })
  await assert.rejects(ask(), /not yet/)
  assert.equal(await ask(), 2)
})
