/** Which language a reader gets, and that names cannot turn the words around them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from './en.ts'
import { localeFor, stringsFor } from './languages.ts'

test('the reader’s variety of the language is used, else the language itself', () => {
  assert.equal(stringsFor(['xx', 'en-IN']), en)
  assert.equal(stringsFor([]), en)
  assert.equal(localeFor(en, ['de-DE', 'en-GB']), 'en-GB')
  assert.equal(localeFor(en, ['de-DE']), 'en')
})

test('a name with a direction of its own is isolated', () => {
  const figure = { value: 2, text: '2' }
  assert.ok(en.ahead('\u202Eevil', 'B', figure, '1.0').includes('\u2068\u202Eevil\u2069'))
})
