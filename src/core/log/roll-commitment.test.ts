import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asHash } from '../tlog/merkle.ts'
import type { LogRecord, RollRecord } from './record.ts'
import { rollInForce } from './roll-commitment.ts'

const roll = fc.nat().map((size): RollRecord => {
  return { size, root: asHash(new Uint8Array(32)), perDistrictSha256: '00'.repeat(32) }
})
const genesisOf = (first: RollRecord): LogRecord => ({
  ...{ v: 1, entry: 'genesis', election: 'e', log: 'l+00000000+AQ==', definitionSha256: '00'.repeat(32) },
  ...{ roll: first, release: { results: 'live', suppressBelow: 10 } },
})
const amended = (change: { closesAtMs: number } | { roll: RollRecord }): LogRecord => ({
  ...{ v: 1, entry: 'amendment', election: 'e', atMs: 0, change },
})

test('property: the roll in force is from the newest amendment of the roll, else from the genesis', () => {
  const change = fc.option(roll, { nil: undefined })
  fc.assert(
    fc.property(roll, fc.array(change), (first, changes) => {
      const records = changes.map((each) => amended(each === undefined ? { closesAtMs: 1 } : { roll: each }))
      const expected = changes.findLast((each) => each !== undefined) ?? first
      assert.equal(rollInForce([genesisOf(first), ...records]), expected)
    }),
  )
  assert.throws(() => rollInForce([]), /without a genesis/)
})
