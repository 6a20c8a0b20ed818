/** The language that a reader gets. A name cannot change the direction of the words around it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en, type Strings } from './en.ts'
import { localeFor, stringsFor } from './languages.ts'

test('the reader’s variety of the language is used, else the language itself', async () => {
  assert.equal(await stringsFor(['xx', 'en-IN', 'ar']), en)
  assert.equal(await stringsFor([]), en)
  assert.equal((await stringsFor(['constructor', 'es-MX'])).lang, 'es')
  assert.equal((await stringsFor(['AR'])).dir, 'rtl')
  assert.equal(localeFor(en, ['de-DE', 'en-GB']), 'en-GB')
  assert.equal(localeFor(en, ['de-DE']), 'en')
})

/** Calls every message of a dictionary with figures and words, and returns the texts. */
function spoken(strings: Strings): Map<string, string> {
  const figure = { value: 3, text: '3' }
  const textsByKey = new Map<string, string>()
  for (const [key, message] of Object.entries(strings)) {
    if (typeof message !== 'function') textsByKey.set(key, JSON.stringify(message))
    // The argument works as a word and as a figure.
    else
      textsByKey.set(
        key,
        (message as (...all: unknown[]) => string)(...Array(5).fill(Object.assign(new String('3'), figure))),
      )
  }
  return textsByKey
}

test('no message is untranslated or empty, and each contains the numbers that it is given', async () => {
  const alike = new Set(['lang', 'dir', 'savePng', 'saveSvg', 'none', 'milliseconds'])
  const english = spoken(en)
  for (const language of ['es', 'ar']) {
    const textsByKey = spoken(await stringsFor([language]))
    assert.deepEqual([...textsByKey.keys()].sort(), [...english.keys()].sort())
    for (const [key, text] of textsByKey) {
      assert.ok(text.length > 0, `${language} ${key}`)
      if (!alike.has(key) && !(language === 'es' && key === 'turnout'))
        assert.notEqual(text, english.get(key), `${language} ${key}`)
      const threes = (words: string) => words.split('3').length
      assert.equal(threes(text), threes(english.get(key)!), `${language} ${key}: ${text}`)
    }
  }
})

test('a name with another writing direction is isolated', () => {
  assert.ok(en.takeAwayOf('\u202Eevil').includes('\u2068\u202Eevil\u2069'))
})
