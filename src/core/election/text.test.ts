import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLanguage } from './in-language.ts'
import { fractionOf, reaches } from './share.ts'
import { firstText, textFor, textFound } from './text.ts'

const ORDER = ['en', 'es', 'pt-BR', 'zh-Hant']
const text = { en: 'Chair', es: 'Presidencia', 'pt-BR': 'Presidência', 'zh-Hant': '主席' }

test('a reader gets the text of their language, else of a near one, else of the first one promised', () => {
  for (const [wanted, language] of [
    ['es', 'es'],
    ['es-MX', 'es'],
    ['pt', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['zh-TW', 'zh-Hant'],
    ['zh-Hant-HK', 'zh-Hant'],
    ['ar', 'en'],
    ['', 'en'],
  ] as const)
    assert.deepEqual(textFound(text, wanted, ORDER), { text: text[language], language }, wanted)
  assert.equal(textFor({ es: 'a', en: 'b' }, 'ar', ['es', 'en']), 'a')
  assert.equal(textFor({ es: 'a' }, 'constructor', ['en']), 'a')
  assert.equal(firstText(text, ['es', 'en']), 'Presidencia')
})

test('one text for all has the one language promised, else an unknown language', () => {
  assert.deepEqual(textFound('Ann', 'es', ['en']), { text: 'Ann', language: 'en' })
  assert.deepEqual(textFound('Ann', 'es', ['en', 'es']), { text: 'Ann', language: null })
})

test('a definition in a language has its texts replaced, and is otherwise unchanged', () => {
  const contest = {
    id: 'c',
    title: { en: 'Chair', es: 'Presidencia' },
    description: [{ en: 'Why', es: 'Por qué' }, 'x'],
    threshold: { more_than: '1/2' },
    options: [{ id: 'a', name: { en: 'Yes', es: 'Sí' }, photo: { file: 'a.png' } }],
  }
  assert.deepEqual(inLanguage(contest, 'es', ['en', 'es']), {
    id: 'c',
    title: 'Presidencia',
    description: ['Por qué', 'x'],
    threshold: { more_than: '1/2' },
    options: [{ id: 'a', name: 'Sí', photo: { file: 'a.png' } }],
  })
})

test('shares are exact where floating-point numbers are not', () => {
  const third = { is: 'at_least', fraction: fractionOf('1/3') } as const
  assert.equal(reaches(third, 3_333_333_333, 9_999_999_999), true)
  assert.equal(reaches(third, 3_333_333_333, 10_000_000_000), false)
  const half = { is: 'more_than', fraction: fractionOf('1/2') } as const
  assert.deepEqual(
    [4, 5, 6].map((votes) => reaches(half, votes, 10)),
    [false, false, true],
  )
  assert.equal(reaches(half, 0, 0), false)
  assert.equal(reaches({ is: 'at_least', fraction: fractionOf('1/1') }, 10, 10), true)
})
