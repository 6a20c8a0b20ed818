/**
 * QR codes module for module as another encoder draws them: the SHA-256 of the rows of 0 and 1,
 * from `encode(text, { ecc: 'M', border: 0, boostEcc: false })` of uqr 0.1.3. All versions were
 * read back with jsQR 1.4.0 when this was written.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import decodeQR from 'qr/decode.js'
import { qrCode } from './qr-code.ts'

const VECTORS = [
  ['a', 'e8ab680854e4019c4ac89bd0e19dfe1f7e967f3cafd048091b3e3ec474b6f431'],
  [
    'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA',
    'd0e62848993b57e3e64cc19005f9fbe2139f662ea68c52ed07118c6575e26966',
  ],
  [
    `https://vote.example.org/e/ID#k=${'x'.repeat(160)}`,
    'c49d1894df7e8e3767cbb6397f45f98c5872bb07c62639103f8a032cc0973bcd',
  ],
  ['é'.repeat(600), '5d3901430981f9e93ed26ea509f80431350cba66de9393f8e1c82bf29d05c11d'],
] as const

for (const [text, expected] of VECTORS)
  test(`${text.length} characters`, () => {
    const rows = qrCode(text).map((row) => row.map(Number).join(''))
    assert.equal(createHash('sha256').update(rows.join('\n')).digest('hex'), expected)
  })

/** A picture of a code as a camera gives it: four bytes a pixel, with the quiet zone. */
function picture(text: string, pixels = 4): { width: number; height: number; data: Uint8Array } {
  const code = qrCode(text)
  const size = (code.length + 8) * pixels
  const data = new Uint8Array(size * size * 4).fill(255)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      if (code[Math.floor(y / pixels) - 4]?.[Math.floor(x / pixels) - 4])
        data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3)
  return { width: size, height: size, data }
}

test('the reader that the verifier has reads what is written here', () => {
  const texts = [
    ...VECTORS.map(([text]) => text),
    ...[1, 14, 15, 26, 62, 106, 152, 213, 500].map((length) => 'x'.repeat(length)),
  ]
  for (const text of texts) assert.equal(decodeQR(picture(text)), text)
})

test('the smallest version that holds the text, and none beyond the largest', () => {
  assert.equal(qrCode('x'.repeat(14)).length, 21)
  assert.equal(qrCode('x'.repeat(15)).length, 25)
  assert.equal(qrCode('x'.repeat(2331)).length, 177)
  assert.throws(() => qrCode('x'.repeat(2332)), RangeError)
})
