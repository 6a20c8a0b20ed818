/**
 * The verifier's dictionaries are fully translated, use every number, and know every sentence of a
 * report.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { notCheckedIn } from './not-checked.ts'
import { ar } from './strings/ar.ts'
import { en, type Strings } from './strings/en.ts'
import { es } from './strings/es.ts'

/**
 * Every message of a dictionary by its path. A message that is a function is called with figures
 * and words.
 */
function spoken(strings: Strings): Map<string, string> {
  const textsByPath = new Map<string, string>()
  const hear = (path: string, message: unknown) => {
    if (typeof message === 'object' && message !== null)
      for (const [key, inner] of Object.entries(message)) hear(`${path}.${key}`, inner)
    else if (typeof message !== 'function') textsByPath.set(path, String(message))
    else {
      // The argument works as a word and as a figure.
      const three = Object.assign(new String('3'), { value: 3, text: '3' })
      textsByPath.set(path, (message as (...all: unknown[]) => string)(three, three))
    }
  }
  for (const [key, message] of Object.entries(strings)) hear(key, message)
  return textsByPath
}

test('no message is untranslated or empty, and each contains the numbers that it is given', () => {
  const english = spoken(en)
  assert.ok(english.size > 150)
  for (const strings of [es, ar]) {
    const textsByPath = spoken(strings)
    assert.deepEqual([...textsByPath.keys()].sort(), [...english.keys()].sort())
    for (const [path, text] of textsByPath) {
      assert.ok(text.length > 0, path)
      if (path !== 'dir') assert.notEqual(text, english.get(path), `${strings.lang} ${path}`)
      const numbers = (words: string) => words.split(/[3#]/).length
      // "43 letters" contains a number that is not an argument.
      assert.equal(numbers(text), numbers(english.get(path)!), `${strings.lang} ${path}: ${text}`)
    }
  }
})

test('every sentence about what a report could not check has a translation in every language', () => {
  const room = new URL('../../core/verify/', import.meta.url)
  const source = readdirSync(room)
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, room), 'utf8'))
    .filter((text) => /\bunchecked\(/.test(text))
    .join('\n')
  const literals = [...source.matchAll(/'([^'\n]+)'|`([^`\n]+)`/g)].map((match) => match[1] ?? match[2]!)
  // This page does not check witnesses.
  const sentences = literals.filter((text) => /^[a-z ,${}]+: /.test(text) && !text.includes('witnesses'))
  assert.equal(sentences.length, 8, sentences.join('\n'))
  for (const sentence of sentences) assert.ok(notCheckedIn(sentence.replace(/\$\{\w+\}/, '7')), sentence)
})
