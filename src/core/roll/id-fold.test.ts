import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldEmail, foldId } from './id-fold.ts'

const ALIKE: readonly (readonly string[])[] = [
  [
    'AB-1',
    'ab-1',
    'Ab-1',
    'AB\u20111',
    'AB\u20131',
    'AB\u22121',
    ' AB-1',
    'AB-1\u00a0',
    'A\u200bB-1',
    'AB-01',
  ],
  ['007', '7', '\uff17', '\u0667', '\u06f7', '0\u200b07', '\u0967'.replace('\u0967', '\u096d')],
  ["O'Neil", 'O\u2019Neil', 'o\u02bcneil', 'O`NEIL', '\u041e\u2019Neil'],
  ['ABC', '\u0410BC', '\u0410\u0412\u0421', '\u0391\u0392C', '\uff21\uff22\uff23', 'AB\u00adC', 'AB\ufe0fC'],
  ['A 12', 'A12', 'A\u200912', 'a\u300012'],
  ['X-007-02', 'x-7-2'],
  ['ﬁx-1', 'fix-1'],
]

test('ids that look alike have the same fold', () => {
  for (const group of ALIKE) {
    const folds = new Set(group.map(foldId))
    assert.equal(folds.size, 1, `${JSON.stringify(group)}: ${JSON.stringify([...folds])}`)
  }
})

test('ids that look different have different folds', () => {
  const different = [
    'AB-1',
    'AB-2',
    'AB1',
    '100',
    '10',
    '1',
    '0',
    'A0',
    'A',
    'M\u00fcller',
    'Muller',
    '1-12',
    '11-2',
  ]
  assert.equal(new Set(different.map(foldId)).size, different.length)
  assert.notEqual(foldId('B0'), foldId('BO'))
  assert.notEqual(foldId('ALI'), foldId('ALL'))
})

test('property: case, spaces and leading zeros do not change a fold, and a fold folds to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.nat(999_999), (text, number) => {
      assert.equal(foldId(`${number}`), foldId(`000${number}`))
      assert.equal(foldId(foldId(text)), foldId(text))
      assert.equal(foldId(` ${text}\u200b`), foldId(text))
    }),
  )
})

test('case and surrounding spaces of e-mail addresses do not matter', () => {
  assert.equal(foldEmail(' A@Example.org '), foldEmail('a@example.org'))
})
