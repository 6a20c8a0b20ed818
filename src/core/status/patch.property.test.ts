/** A patch turns one value into the other, for any values, and leaves the first one unchanged. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patchBetween, patched } from './patch.ts'

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
/** Values as JSON.parse returns them, where `__proto__` is an ordinary name. */
const values = fc
  .letrec((tie) => ({
    scalar: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string({ maxLength: 3 })),
    name: fc.constantFrom('a', 'b', 'c', '0', '1', 'length', '__proto__', 'constructor'),
    members: fc.dictionary(tie('name') as fc.Arbitrary<string>, tie('any'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    any: fc.oneof(
      { depthSize: 'small' },
      tie('scalar'),
      fc.array(tie('any'), { maxLength: 4 }),
      tie('members'),
    ),
  }))
  .any.map(json)

test('the patch between two values turns one into the other, also after JSON', () => {
  fc.assert(
    fc.property(values, values, (before, after) => {
      const kept = JSON.stringify(before)
      const patch = patchBetween(before, after)
      if (patch === undefined) return assert.deepEqual(before, after)
      assert.deepEqual(patched(before, json(patch)), after)
      assert.equal(JSON.stringify(before), kept)
      // A patch may be applied twice.
      assert.deepEqual(patched(after, json(patch)), after)
    }),
    { numRuns: 3_000 },
  )
})

test('unchanged parts are the same objects', () => {
  const before = {
    rows: [
      [1, 2],
      [3, 4],
    ],
    totals: { a: 1 },
  }
  const after = patched(before, { rows: { 1: { 0: 5 } } }) as typeof before
  assert.deepEqual(after, {
    rows: [
      [1, 2],
      [5, 4],
    ],
    totals: { a: 1 },
  })
  assert.equal(after.rows[0], before.rows[0])
  assert.equal(after.totals, before.totals)
})

test('an undefined member counts as absent', () => {
  assert.deepEqual(patchBetween({ a: 1, b: undefined }, { a: undefined }), { a: [] })
  assert.deepEqual(patched({ a: 1 }, { a: [] }), {})
})
