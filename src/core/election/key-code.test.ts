/**
 * Key codes and link fragments are read back as written, and every mistake that they promise to
 * detect is detected.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter } from '../../../test/any-character.ts'
import { isPersonalId } from './credential.ts'
import { grouped, keyCode, readKeyCode } from './key-code.ts'
import { keyFragment, readKeyFragment } from './key-link.ts'
import { base64url, fromBase64url, fromUtf8, utf8 } from './text-bytes.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const key = { personalId: 'P0000001', guid: '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38' }
const anyKey = fc.record(
  {
    personalId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(isPersonalId),
    guid: fc.uuid(),
  },
  { noNullPrototype: true },
)
const asciiKey = fc.record(
  {
    personalId: fc.string({ unit: 'grapheme-ascii', minLength: 2, maxLength: 20 }).filter(isPersonalId),
    guid: fc.uuid(),
  },
  { noNullPrototype: true },
)
const bareOf = (code: string) => code.replaceAll('-', '')
const isSound = (code: string, personalId: string) => typeof readKeyCode(code, personalId) === 'object'

test('the example of docs/key-code.md has its code', () => {
  assert.equal(keyCode(key), '4D9W-X543-0Y9D-QSMX-TY5M-E0Q7-SRHT')
  assert.equal(keyFragment(key), '#k=jU86UgweS2-ad14tHAufOFAwMDAwMDAxERo')
})

test('any key is read back from its code and its fragment', () => {
  fc.assert(
    fc.property(anyKey, (pair) => {
      assert.deepEqual(readKeyCode(keyCode(pair), pair.personalId), pair)
      const read = readKeyFragment(keyFragment(pair))
      assert.deepEqual(read, { ...pair, personalId: pair.personalId.normalize('NFC') })
    }),
  )
})

test('a code may be typed in any case, with spaces, dashes, look-alikes and digits of other scripts', () => {
  const code = keyCode(key)
  for (const typed of [
    code.toLowerCase(),
    bareOf(code),
    code.replaceAll('-', ' – '),
    `\u00a0${code.replaceAll('-', '\u2011')}\n`,
    code.replaceAll('0', 'o').replaceAll('1', 'l'),
    code.replaceAll('0', 'O').replaceAll('1', 'I'),
    code.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
    code.replace(/./g, (c) => (c === '-' ? c : String.fromCharCode(c.charCodeAt(0) + 0xfee0))),
  ])
    assert.deepEqual(readKeyCode(typed, key.personalId), key, typed)
})

test('a plain UUID is accepted', () => {
  for (const typed of [key.guid, key.guid.toUpperCase(), key.guid.replaceAll('-', ''), ` ${key.guid} `])
    assert.deepEqual(readKeyCode(typed, key.personalId), key)
})

test('each kind of mistake has its own fault', () => {
  const code = keyCode(key)
  assert.equal(readKeyCode(' - ', 'P'), 'empty')
  assert.equal(readKeyCode(code.slice(0, -1), key.personalId), 'too-short')
  assert.equal(readKeyCode(`${code}0`, key.personalId), 'too-long')
  assert.equal(readKeyCode(code.replace(/.$/, 'U'), key.personalId), 'wrong-character')
  assert.equal(readKeyCode(code.replace(/.$/, '💥'), key.personalId), 'wrong-character')
  assert.equal(readKeyCode(code, 'P0000002'), 'mistyped')
})

test('every wrong character and every swap of neighbours is detected, at every position', () => {
  fc.assert(
    fc.property(anyKey, (pair) => {
      const code = bareOf(keyCode(pair))
      for (let i = 0; i < code.length; i++) {
        for (const character of ALPHABET)
          if (character !== code[i])
            assert.ok(!isSound(code.slice(0, i) + character + code.slice(i + 1), pair.personalId))
        if (code[i] !== code[i + 1] && i + 1 < code.length)
          assert.ok(!isSound(code.slice(0, i) + code[i + 1] + code[i] + code.slice(i + 2), pair.personalId))
      }
    }),
    { numRuns: 25 },
  )
})

test('any two wrong characters are detected', () => {
  const place = fc.nat({ max: 27 })
  const shift = fc.integer({ min: 1, max: 31 })
  fc.assert(
    fc.property(anyKey, place, place, shift, shift, (pair, a, b, byA, byB) => {
      fc.pre(a !== b)
      const wrong = [...bareOf(keyCode(pair))].map((character, i) => {
        const by = i === a ? byA : i === b ? byB : 0
        return ALPHABET[(ALPHABET.indexOf(character) + by) % 32]
      })
      assert.ok(!isSound(wrong.join(''), pair.personalId))
    }),
    { numRuns: 2_000 },
  )
})

test('a wrong character or a swap of neighbours in an ASCII personal_id is detected', () => {
  fc.assert(
    fc.property(asciiKey, fc.nat(), fc.integer({ min: 0x21, max: 0x7e }), (pair, at, other) => {
      const id = pair.personalId
      const code = keyCode(pair)
      const i = at % id.length
      const wrong = id.slice(0, i) + String.fromCharCode(other) + id.slice(i + 1)
      if (wrong !== id) assert.ok(!isSound(code, wrong))
      const swapped = id.slice(0, i) + (id[i + 1] ?? '') + id[i] + id.slice(i + 2)
      if (swapped !== id) assert.ok(!isSound(code, swapped))
    }),
    { numRuns: 2_000 },
  )
})

test('the Unicode form of the personal_id does not matter', () => {
  const code = keyCode({ personalId: 'Zo\u00eb', guid: key.guid })
  assert.ok(isSound(code, 'Zoe\u0308'))
})

test('a fragment that is cut off or has a wrong character is refused', () => {
  const fragment = keyFragment(key)
  let passed = 0
  for (let end = 0; end < fragment.length; end++) if (readKeyFragment(fragment.slice(0, end))) passed++
  assert.equal(passed, 0)
  for (const other of ['', '#', '#k=', '#k=!!!!', '#x=1', `${fragment}&utm=1`])
    assert.equal(readKeyFragment(other), undefined)
})

test('a code is written in groups of four', () => {
  assert.equal(grouped('ABCDEFGHI'), 'ABCD-EFGH-I')
  assert.equal(grouped('ABCD'), 'ABCD')
})

test('base64url and UTF-8 agree with Node’s', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (array) => {
      const bytes = [...array]
      assert.equal(base64url(bytes), Buffer.from(bytes).toString('base64url'))
      assert.deepEqual(fromBase64url(base64url(bytes)), bytes)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      assert.deepEqual(utf8(text), [...Buffer.from(text)])
      assert.equal(fromUtf8(utf8(text)), text.toWellFormed())
    }),
  )
  assert.equal(fromUtf8([0xff]), undefined)
  assert.equal(fromBase64url('A'), undefined)
  assert.equal(fromBase64url('AB'), undefined)
})
