/** Which language a reader gets, and that names cannot turn the words around them. */
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

/** Calls every message of a dictionary with figures and words, and gives back what it says. */
function spoken(strings: Strings): Map<string, string> {
  const figure = { value: 3, text: '3' }
  const said = new Map<string, string>()
  for (const [key, message] of Object.entries(strings)) {
    if (typeof message !== 'function') said.set(key, JSON.stringify(message))
    // A figure where a word is wanted says itself, and the other way round.
    else
      said.set(
        key,
        (message as (...all: unknown[]) => string)(...Array(5).fill(Object.assign(new String('3'), figure))),
      )
  }
  return said
}

test('no message is left untranslated or empty, and each says the numbers it is given', async () => {
  const alike = new Set(['lang', 'dir', 'savePng', 'saveSvg', 'none', 'milliseconds'])
  const english = spoken(en)
  for (const language of ['es', 'ar']) {
    const said = spoken(await stringsFor([language]))
    assert.deepEqual([...said.keys()].sort(), [...english.keys()].sort())
    for (const [key, text] of said) {
      assert.ok(text.length > 0, `${language} ${key}`)
      if (!alike.has(key) && !(language === 'es' && key === 'turnout'))
        assert.notEqual(text, english.get(key), `${language} ${key}`)
      const threes = (words: string) => words.split('3').length
      assert.equal(threes(text), threes(english.get(key)!), `${language} ${key}: ${text}`)
    }
  }
})

test('a name with a direction of its own is isolated', () => {
  assert.ok(en.takeAwayOf('\u202Eevil').includes('\u2068\u202Eevil\u2069'))
})
