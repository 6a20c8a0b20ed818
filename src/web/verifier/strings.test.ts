/**
 * The verifier's dictionaries: nothing left in English, every number said, and every sentence of a
 * report known.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { notCheckedIn } from './not-checked.ts'
import { ar } from './strings/ar.ts'
import { en, type Strings } from './strings/en.ts'
import { es } from './strings/es.ts'

/**
 * Every message of a dictionary by its path, called with figures and words where it is a function.
 */
function spoken(strings: Strings): Map<string, string> {
  const said = new Map<string, string>()
  const hear = (path: string, message: unknown) => {
    if (typeof message === 'object' && message !== null)
      for (const [key, inner] of Object.entries(message)) hear(`${path}.${key}`, inner)
    else if (typeof message !== 'function') said.set(path, String(message))
    else {
      // A figure where a word is wanted says itself, and the other way round.
      const three = Object.assign(new String('3'), { value: 3, text: '3' })
      said.set(path, (message as (...all: unknown[]) => string)(three, three))
    }
  }
  for (const [key, message] of Object.entries(strings)) hear(key, message)
  return said
}

test('no message is left untranslated or empty, and each says the numbers it is given', () => {
  const english = spoken(en)
  assert.ok(english.size > 150)
  for (const strings of [es, ar]) {
    const said = spoken(strings)
    assert.deepEqual([...said.keys()].sort(), [...english.keys()].sort())
    for (const [path, text] of said) {
      assert.ok(text.length > 0, path)
      if (path !== 'dir') assert.notEqual(text, english.get(path), `${strings.lang} ${path}`)
      const numbers = (words: string) => words.split(/[3#]/).length
      // "43 letters" is written with a digit of its own.
      assert.equal(numbers(text), numbers(english.get(path)!), `${strings.lang} ${path}: ${text}`)
    }
  }
})

test('what a report could not check has words in every language', () => {
  const room = new URL('../../core/verify/', import.meta.url)
  const source = readdirSync(room)
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, room), 'utf8'))
    .filter((text) => /\bunchecked\(/.test(text))
    .join('\n')
  const literals = [...source.matchAll(/'([^'\n]+)'|`([^`\n]+)`/g)].map((match) => match[1] ?? match[2]!)
  // Witnesses are not asked for here.
  const sentences = literals.filter((text) => /^[a-z ,${}]+: /.test(text) && !text.includes('witnesses'))
  assert.equal(sentences.length, 8, sentences.join('\n'))
  for (const sentence of sentences) assert.ok(notCheckedIn(sentence.replace(/\$\{\w+\}/, '7')), sentence)
})
