/**
 * Foreign text on a terminal: whatever it is, it is one line of characters that can be seen, and
 * JSON says the same.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter } from '../../test/any-character.ts'
import { printable, printableJson } from './printable.ts'

/** Written out, not by the property names that the code uses. */
const HARMFUL = [
  ...Array.from({ length: 0x20 }, (_, i) => i),
  ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i),
  ...[0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c],
  ...[
    0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xfff9, 0xe0001, 0xe0041, 0x3164, 0xd800,
  ],
].map((point) => String.fromCodePoint(point))

test('nothing that moves, turns, hides or breaks is left', () => {
  const line = printable(`a${HARMFUL.join('b')}c`)
  for (const each of HARMFUL) assert.ok(!line.includes(each), each.codePointAt(0)!.toString(16))
  assert.equal(
    printable('\u001b]0;title\u0007\u009b2J\r\nelections: VERIFIED'),
    '·]0;title··2J··elections: VERIFIED',
  )
  assert.equal(printable('Zürich – 選挙 🗳 Łódź'), 'Zürich – 選挙 🗳 Łódź')
})

test('it ends', () => {
  assert.equal(printable('x'.repeat(1e6)).length, 1001)
  assert.equal(printable(`${'x'.repeat(999)}🗳`).length, 1001, 'half a character is not shown')
})

test('JSON says the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (value) => {
      const text = printableJson(value)
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
      assert.equal(printable(text, text.length), text)
    }),
  )
  assert.deepEqual(JSON.parse(printableJson(HARMFUL)), HARMFUL)
})
