/**
 * CSV cells for people: none of them is a formula, and a program gets every text back unchanged.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvCell, csvField, isFormula, withoutGuard } from './csv-field.ts'

const FORMULAS = [
  '=HYPERLINK("https://evil.example","x")',
  '+1+cmd|/C calc',
  '-2+3',
  '@SUM(A1)',
  ' =1+1',
  '\t=1',
  '\r=1',
  '\u00a0=1',
  '\u200b=1',
  '＝1+1',
  '＋49',
  '－None of the above',
  '＠x',
  '|cmd',
  '−None of the above',
]

test('a text that a spreadsheet would execute gets an apostrophe in front', () => {
  for (const text of FORMULAS) {
    assert.ok(isFormula(text), text)
    assert.match(csvCell(text), /^"?'/, text)
  }
  assert.equal(csvCell('=A1'), "'=A1")
  assert.equal(csvCell('=A1,B1'), `"'=A1,B1"`)
})

test('other texts are unchanged', () => {
  for (const text of ['007', 'Müller', "O'Brien", "'tis", '12', '', 'a=b', '(blank)'])
    assert.equal(csvCell(text), csvField(text))
})

test('every text is read back, also one that begins with an apostrophe', () => {
  for (const text of [...FORMULAS, ...FORMULAS.map((formula) => `'${formula}`), "''=1", "'tis", '']) {
    const cell = isFormula(text) ? `'${text}` : text
    assert.equal(withoutGuard(cell), text)
  }
  const text = fc.string({ unit: fc.constantFrom("'", '=', '-', ' ', 'a', '7', '\t', '＝') })
  fc.assert(fc.property(text, (any) => withoutGuard(isFormula(any) ? `'${any}` : any) === any))
})
