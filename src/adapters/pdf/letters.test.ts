/** What is said to be set is in the fonts, and what is not is told. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { canBeSet, RANGES, REGULAR, STRONG } from './letters.ts'

interface Font {
  readonly hasGlyphForCodePoint: (code: number) => boolean
}
// pdfkit's own reader of fonts.
const pdfkit = createRequire(createRequire(import.meta.url).resolve('pdfkit'))
const { openSync } = pdfkit('fontkit') as { readonly openSync: (path: string) => Font }

test('both fonts have every character that names may be set in', () => {
  for (const font of [REGULAR, STRONG].map((path) => openSync(path)))
    for (const [from, to] of RANGES)
      for (let code = from; code <= to; code++)
        if (canBeSet(String.fromCodePoint(code)))
          assert.ok(font.hasGlyphForCodePoint(code), `U+${code.toString(16)}`)
})

test('Latin, Greek and Cyrillic can be set, what would come out as boxes or turned round cannot', () => {
  for (const name of ['Łódź, São Tomé', 'Trần Hưng Đạo', 'Ἀθῆναι', 'Київ', 'Ђорђе', 'O’Neill – 50 €'])
    assert.ok(canBeSet(name), name)
  for (const name of ['שרה', 'فاطمة', '東京都', 'हिन्दी', '👍', 'Anna \u202eevil', 'a\u0000', '\ud800', 'Ա'])
    assert.ok(!canBeSet(name), name)
})
