/** A patch brings the one value to the other, whatever they are, and leaves the one as it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { patchBetween, patched } from './patch.ts'

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
/** As JSON.parse gives them; `__proto__` is a name like others there. */
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

test('patched by what is between them, one value is the other, also over the wire', () => {
  fc.assert(
    fc.property(values, values, (before, after) => {
      const kept = JSON.stringify(before)
      const patch = patchBetween(before, after)
      if (patch === undefined) return assert.deepEqual(before, after)
      assert.deepEqual(patched(before, json(patch)), after)
      assert.equal(JSON.stringify(before), kept)
      // Applied twice it does no harm.
      assert.deepEqual(patched(after, json(patch)), after)
    }),
    { numRuns: 3_000 },
  )
})

test('what has not changed is the same object', () => {
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

test('a member that is undefined is none', () => {
  assert.deepEqual(patchBetween({ a: 1, b: undefined }, { a: undefined }), { a: [] })
  assert.deepEqual(patched({ a: 1 }, { a: [] }), {})
})
