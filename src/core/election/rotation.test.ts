/** Rotation: the same key always gives the same order, and over many keys no option is favoured. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { rotated, rotationOf } from './rotation.ts'

test('the example of docs/key-code.md has its rotation', () => {
  assert.equal(rotationOf('mayor', '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38', 5), EXPECTED)
  assert.equal(rotationOf('mayor', '8D4F3A52-0C1E-4B6F-9A77-5E2D1C0B9F38', 5), EXPECTED)
})
const EXPECTED = 3

test('a rotation keeps every option and the circular order', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: 40 }), (guid, count) => {
      const list = Array.from({ length: count }, (_, i) => i)
      const by = rotationOf('c', guid, count)
      const turned = rotated(list, by)
      assert.deepEqual(
        [...turned].sort((a, b) => a - b),
        list,
      )
      for (const [i, option] of turned.entries()) assert.equal(option, (by + i) % count)
    }),
  )
})

test('each option is first about equally often', () => {
  const first = [0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < 70_000; i++) first[rotationOf('council', randomUUID(), 7)]!++
  // Ten standard deviations: the test fails by chance less than once in 10²⁰ runs.
  for (const times of first) assert.ok(Math.abs(times - 10_000) < 930, String(times))
})
