/**
 * JSON of a stranger's: what is parsed is what JSON.parse says; what has no bottom or no end is
 * refused.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter } from '../../../test/any-character.ts'
import { Malformed } from '../tlog/malformed.ts'
import { membersOf, parseBounded } from './bounded-json.ts'

const refuses = (json: string, why: string, text = 100) =>
  assert.throws(
    () => parseBounded(json, { text }),
    (error) => error instanceof Malformed && error.message === why,
  )

test('what fits is what JSON.parse says, its members counted as they are written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: anyCharacter }), (value) => {
      for (const written of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
        const read = parseBounded(written, { text: 10_000 })
        assert.deepEqual(read.value, JSON.parse(written))
        assert.equal(read.members, membersOf(read.value))
      }
    }),
  )
  assert.equal(parseBounded('{"a":{"b":1,"b":2},"\\u0062":":"}', { text: 9 }).members, 4)
})

test('without bottom, without end, or no JSON', () => {
  for (const depth of [33, 200_000, 8_000_000]) {
    refuses('['.repeat(depth), 'nested deeper than any')
    refuses('{"a":'.repeat(depth), 'nested deeper than any')
    refuses(`${'['.repeat(depth)}${']'.repeat(depth)}`, 'nested deeper than any')
  }
  refuses(JSON.stringify({ name: 'x'.repeat(15_000_000) }), 'a text in it is longer than any')
  refuses(`{"${'\\"'.repeat(100)}":1}`, 'a text in it is longer than any')
  refuses(`"${'x'.repeat(15_000_000)}`, 'a text in it is longer than any')
  for (const json of ['', '"', '"\\', '{', ']', '[1,]', '{"a" 1}', '\ufeff{}', 'x'.repeat(1e6)])
    refuses(json, 'not JSON')
  assert.deepEqual(parseBounded('['.repeat(32) + ']'.repeat(32), { text: 0 }).members, 0)
})
