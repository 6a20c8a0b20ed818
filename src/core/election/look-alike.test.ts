import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter } from '../../../test/any-character.ts'
import { sight, TAKEN_FOR } from './confusables.ts'
import { folded, isSeen, textTrouble } from './look-alike.ts'

const alike = (a: string, b: string) => folded(a) === folded(b) || sight(a) === sight(b)

test('different spellings that read the same are one name', () => {
  for (const [a, b] of [
    ['José', 'Jose\u0301'],
    ['Ann Lee', 'Ann Lee '],
    ['Ann Lee', 'ann\u00a0\u2003lee'],
    ['Ann', 'A\u200bnn'],
    ['Ann', 'An\u00adn\ufe0f'],
    ['Ann', '\u2067Ann\u2069'],
    ['Ann', 'Ａｎｎ'],
    ['Ann', '𝐀𝐧𝐧'],
    ['Bob Cox', 'Воb Сох'],
    ['ANNA', 'ΑΝΝΑ'],
    ['Ann', 'АNN'],
    ['Mikhail', 'Mіkhаil'],
    ['Zoë', 'Zоё'.replace('ё', 'е\u0308')],
    ['Seat 1', 'Seat l'],
    ['Seat 1', 'Seat I'],
    ['Plan 10', 'Plan 1O'],
    ['Straße', 'STRASSE'],
    ['Νίκος', 'ΝΊΚΟΣ'],
    ['O’Brien', "O'Brien"],
    ['Smith–Jones', 'Smith-Jones'],
    ['ﬁnn', 'finn'],
    ['é', 'e\u0301\u0301'],
    ['Ali\u0307', 'AL\u0130'],
  ] as const)
    assert.ok(alike(a, b), `${a} | ${b}`)
})

test('names that people can distinguish are different', () => {
  for (const [a, b] of [
    ['Ann', 'Anna'],
    ['Jose', 'José'],
    ['Plan I', 'Plan L'],
    ['MALI', 'MALL'],
    ['Mali', 'Mall'],
    ['ELI', 'ELL'],
    ['Yes', 'No'],
    ['Ja', 'Да'],
    ['Smith, A', 'Smith, B'],
    ['Ольга', 'Олена'],
    ['محمد', 'أحمد'],
    ['王小明', '王大明'],
    ['Νίκος', 'Νίκη'],
    ['Option 1', 'Option 2'],
    ['Bern', 'Bem'],
    ['+1', '-1'],
  ] as const)
    assert.ok(!alike(a, b), `${a} | ${b}`)
})

test('texts that are invisible, turn the direction, or have characters without a glyph are refused', () => {
  for (const text of ['   ', '\u200b', '\u2800', '\u3164', '\u00ad\u200d', '\u0301', '\u200f \u2060'])
    assert.equal(isSeen(text), false, JSON.stringify(text))
  for (const text of ['Bob \u202egnihton', '\u202aBob', 'Bob\u202c'])
    assert.match(textTrouble(text)!, /direction/)
  for (const text of ['\u2067Bob', 'Bob\u2069', '\u2069Bob\u2066', '\u2066\u2067Bob\u2069'])
    assert.match(textTrouble(text)!, /pair up/)
  for (const text of ['a\u2028b', 'a\u2029b', 'a\u0085b', 'a\u009fb', 'a\nb'])
    assert.match(textTrouble(text)!, /control character/)
  for (const text of ['a\ufeff', 'a\ue000', 'a\uffff', 'a\u{e0041}', 'a\ufffb', 'a\ufdd0'])
    assert.match(textTrouble(text)!, /no font/)
})

test('ordinary texts are accepted', () => {
  for (const text of [
    'José',
    'محمد \u2068Bob\u2069',
    'می\u200cخواهم',
    'क्\u200dष',
    '👩\u200d👧',
    'ישראל\u200e',
    '王小明',
    '‘Abd',
    '?!',
    '½',
    'ก\u200bข',
  ])
    assert.equal(textTrouble(text), undefined, text)
})

test('no row maps a character to one that another row maps', () => {
  for (const [character, as] of TAKEN_FOR) {
    assert.equal(TAKEN_FOR.get(as), undefined, `${character} → ${as}`)
    assert.equal([...character].length, 1)
  }
})

const anyText = fc.string({ unit: anyCharacter, maxLength: 12 })
const letters = fc.string({
  unit: fc.constantFrom(...'aeioußςıİIl1OО0éэёйﬁＡ\u0301\u0307\u0345\u200b ', '\u1e9e', '𝐀', 'ͅ', 'ΐ'),
  maxLength: 8,
})

test('property: a text is the same in every normalisation, and folding twice changes nothing', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, letters), (text) => {
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const)
        assert.equal(folded(text.normalize(form)), folded(text), form)
      assert.equal(folded(folded(text)), folded(text))
      assert.equal(sight(text.normalize('NFD')), sight(text.normalize('NFC')))
      assert.equal(folded(` ${text}\u00a0`), folded(text))
    }),
    { numRuns: 5_000 },
  )
})
