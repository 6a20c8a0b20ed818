/** A voter's id and key as phones change them: read if the check fits, else refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyCode } from './key-code.ts'
import { keyFragment } from './key-link.ts'
import { readTypedKey } from './typed-key.ts'

const guid = '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38'
const reads = (personalId: string, typed: string) => {
  const key = { personalId, guid }
  assert.deepEqual(readTypedKey(typed, keyCode(key)), key, `${personalId} typed as ${typed}`)
}

test('an id is read as phones type it: any digits, quotes, dashes, spaces, case, invisible marks', () => {
  for (const [onLetter, ...typed] of [
    ['1234', '١٢٣٤', '۱۲۳۴', '１２３４', '१२३४', '\u200e1234\u200f', ' 1234\u00a0', '‪1234‬', "'1234"],
    ["O'Brien 7", 'O’Brien 7', 'O‘Brien 7', 'O`Brien 7', 'O´Brien 7', "o'brien 7", 'O’BRIEN  7', 'oʼbrien ٧'],
    ['X\u00a09', 'X 9', 'x 9', 'X\u20099'],
    ['PA-1001', 'PA–1001', 'pa—1001', 'PA‑1001', 'ＰＡ－１００１', 'Pa−1001', 'PA-١٠٠١'],
    ['d’Arc', "d'Arc", 'd`Arc'],
    ['١٢٣', '123', '۱۲۳', '١٢٣'],
    ['PI-01', 'pı-01', 'Pİ-01'],
    ['München 1', 'münchen 1', 'MÜNCHEN ١'],
    ['A\u200cB', 'A\u200cB'],
    ['A\u20111', 'A-1'],
  ] as const)
    for (const each of typed) reads(onLetter, each)
})

test('an id that does not fit is refused with the fault of the typed code', () => {
  const code = keyCode({ personalId: '1234', guid })
  assert.equal(readTypedKey('1235', code), 'mistyped')
  assert.equal(readTypedKey('١٢٣٥', code), 'mistyped')
  assert.equal(readTypedKey('\u0000', code), 'mistyped')
  assert.equal(readTypedKey('1234', ''), 'empty')
  assert.equal(readTypedKey('1234', code.slice(1)), 'too-short')
  let wrong = 0
  for (let i = 0; i < 500; i++) if (typeof readTypedKey(`Q'u -${i}`, code) === 'object') wrong++
  assert.ok(wrong < 40, `${wrong} of 500 wrong ids were accepted`)
})

test('the key code may have digits of every script', () => {
  const key = { personalId: '1234', guid }
  const devanagari = keyCode(key).replace(/\d/g, (digit) => String.fromCharCode(0x966 + Number(digit)))
  assert.deepEqual(readTypedKey('1234', devanagari), key)
})

test('a whole link may be pasted into the field of the key', () => {
  const key = { personalId: 'P1', guid }
  assert.deepEqual(readTypedKey('', `https://vote.example/e/x${keyFragment(key)}.`), key)
  assert.deepEqual(readTypedKey('P1', `https://vote.example/e/x${keyFragment(key).replace('#', '%23')}`), key)
})
