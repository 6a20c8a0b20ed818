import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certainEncoding, highBytes } from './legacy-encoding.ts'

/** The bytes of a text in a single-byte encoding. */
function bytesOf(text: string, encoding: string): Uint8Array {
  const decoder = new TextDecoder(encoding)
  const byteOf = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]),
  )
  return Uint8Array.from([...text].map((letter) => byteOf.get(letter)!))
}

function told(text: string, encoding: string): string {
  const seen = highBytes()
  seen.look(bytesOf(text, encoding))
  const certain = certainEncoding(seen)
  return certain === undefined ? 'not certain' : new TextDecoder(certain).decode(bytesOf(text, encoding))
}

const WESTERN = [
  'Müller, Jürgen; Groß; Schäfer; Köln; Über; Österreich',
  'Muñoz; José; García; Peña; Martínez; Ángel',
  'Lefèvre; Hélène; François; Benoît; Noël',
  'João; Conceição; Simões',
  'Sørensen; Ærø; Åse',
  'Brandström; Åkerlund; Östberg',
  'O’Brien; José',
]

test('Western names in Windows-1252 are read correctly', () => {
  for (const text of WESTERN) assert.equal(told(text, 'windows-1252'), text)
})

test('another encoding is never taken for Windows-1252: it is read correctly or refused', () => {
  for (const text of WESTERN.slice(0, 6)) {
    const answer = told(text, 'macintosh')
    assert.ok(answer === text || answer === 'not certain', `${text}: ${answer}`)
  }
  const others: [text: string, encoding: string][] = [
    ['Wałęsa; Żółć; Kowalczyk-Śliwińska', 'windows-1250'],
    ['Dvořák; Čapek; Němcová; Růžička', 'windows-1250'],
    ['Szőke; Győr; Erdős', 'windows-1250'],
    ['Öztürk; Şahin; Yılmaz; Işık', 'windows-1254'],
    ['Bērziņš; Kalniņa; Ozoliņš', 'windows-1257'],
    ['Иванов; Петрова', 'windows-1251'],
    ['Иванов; Петрова', 'koi8-r'],
    ['Παπαδόπουλος', 'windows-1253'],
    ['Wałęsa; Żółć', 'iso-8859-2'],
  ]
  for (const [text, encoding] of others) {
    const answer = told(text, encoding)
    assert.ok(answer === text || answer === 'not certain', `${text} in ${encoding}: ${answer}`)
  }
})

test('a text with two possible readings is not certain', () => {
  // Straße in DOS reads as Straáe in Windows.
  const seen = highBytes()
  seen.look(Uint8Array.from([...Buffer.from('Stra'), 0xe1, ...Buffer.from('e')]))
  assert.equal(certainEncoding(seen), undefined)
})
