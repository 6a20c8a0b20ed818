import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Tag } from '../../ports/digest.ts'
import { KeyIndex } from './key-index.ts'

/** Tags whose first bytes, and therefore slots, coincide far more often than those of hashes. */
const tag = fc
  .array(fc.constantFrom('\u0000', '\u0001', '\u00ff'), { minLength: 16, maxLength: 16 })
  .map((bytes) => (bytes.join('') + 'x'.repeat(16)) as Tag)

test('the index behaves like a map from tags to districts and uses', () => {
  fc.assert(
    fc.property(fc.uniqueArray(tag, { maxLength: 60 }), fc.array(tag, { maxLength: 20 }), (issued, asked) => {
      const index = new KeyIndex(issued.length)
      const model = new Map(issued.map((one, i) => [one, i] as const))
      for (const [i, one] of issued.entries()) index.add(one, i % 7)
      for (const one of [...issued, ...asked]) {
        const voter = index.find(one)
        assert.equal(voter, model.get(one) ?? -1)
        if (voter !== -1) assert.equal(index.districtOf(voter), voter % 7)
      }
      for (const one of issued) assert.throws(() => index.add(one, 0), RangeError)
      for (let voter = 0; voter < issued.length; voter += 2) index.markUsed(voter, voter + 1)
      assert.equal(index.used, Math.ceil(issued.length / 2))
      for (let voter = 0; voter < issued.length; voter++) assert.equal(index.isUnused(voter), voter % 2 === 1)
    }),
  )
})

test('a full index refuses a further key', () => {
  const index = new KeyIndex(0)
  assert.throws(() => index.add('x'.repeat(32) as Tag, 0), /full/)
  assert.equal(index.find('x'.repeat(32) as Tag), -1)
})

test('property: an index that grows while keys are spent equals one that never had to grow', async () => {
  const spent = fc.array(fc.nat(29), { maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(tag, { minLength: 1, maxLength: 60 }),
      fc.nat(59),
      spent,
      spent,
      async (all, cut, before, meanwhile) => {
        const first = all.slice(0, Math.max(1, Math.min(cut, all.length)))
        const index = new KeyIndex(first.length)
        for (const [i, one] of first.entries()) index.add(one, i % 7)
        const spend = (voters: readonly number[]) => {
          for (const voter of voters)
            if (voter < first.length && index.isUnused(voter)) index.markUsed(voter, voter + 1)
        }
        spend(before)
        await index.grow(all.length - first.length, async () => spend(meanwhile))
        for (const [i, one] of all.slice(first.length).entries()) index.add(one, (first.length + i) % 7)
        assert.throws(() => index.add('y'.repeat(32) as Tag, 0), /full/)
        const used = new Set([...before, ...(all.length > first.length ? meanwhile : [])])
        for (const [i, one] of all.entries()) {
          assert.equal(index.find(one), i)
          assert.equal(index.districtOf(i), i % 7)
          assert.equal(index.isUnused(i), i >= first.length || !used.has(i))
          if (!index.isUnused(i)) assert.equal(index.ballotOf(i), i + 1)
        }
        assert.equal(index.used, all.filter((_, i) => !index.isUnused(i)).length)
      },
    ),
  )
})
