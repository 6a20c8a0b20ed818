import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hash64, seenIds } from './seen-ids.ts'

test('a repeated id is reported with its first line, whenever the table grows', () => {
  const seen = seenIds()
  for (let i = 1; i <= 300_000; i++) assert.equal(seen.put(`voter-${i}`, i), 0)
  for (let i = 1; i <= 300_000; i += 997) assert.equal(seen.put(`voter-${i}`, 1_000_000), i)
})

test('property: it behaves like a Map of hashes', () => {
  const poor = (id: string, out: Uint32Array) => {
    out[0] = id.length
    out[1] = id.charCodeAt(0) & 1
  }
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4 })), (ids) => {
      const seen = seenIds(poor)
      const model = new Map<string, number>()
      const bits = new Uint32Array(2)
      for (const [i, id] of ids.entries()) {
        poor(id, bits)
        assert.equal(seen.put(id, i + 1), model.get(bits.join()) ?? 0)
        if (!model.has(bits.join())) model.set(bits.join(), i + 1)
      }
    }),
  )
})

test('either half of the hash distinguishes 200,000 sequential ids', () => {
  const out = new Uint32Array(2)
  const both = new Set<number>()
  const halves = [new Set<number>(), new Set<number>()]
  for (let i = 0; i < 200_000; i++) {
    hash64(`PA-${i}`, out)
    both.add((out[0]! & 0x1fffff) * 2 ** 32 + out[1]!)
    halves[0]!.add(out[0]!)
    halves[1]!.add(out[1]!)
  }
  assert.equal(both.size, 200_000)
  // 200,000 random 32-bit values have about five collisions.
  for (const half of halves) assert.ok(half.size > 199_950, String(half.size))
})
