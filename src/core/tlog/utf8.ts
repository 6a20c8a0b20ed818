/**
 * UTF-8 in plain ECMAScript, bytes as Uint8Array: core has neither TextEncoder nor Buffer. No I/O.
 */
import { Malformed } from './malformed.ts'

/**
 * The bytes of well-formed text.
 * @throws RangeError for a lone surrogate, which no UTF-8 can say
 */
export function utf8Bytes(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError('a lone surrogate has no UTF-8')
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      bytes[length++] = unit
    } else if (unit < 0x800) {
      bytes[length++] = 0xc0 | (unit >> 6)
      bytes[length++] = 0x80 | (unit & 63)
    } else if (unit < 0xd800 || unit > 0xdfff) {
      bytes[length++] = 0xe0 | (unit >> 12)
      bytes[length++] = 0x80 | ((unit >> 6) & 63)
      bytes[length++] = 0x80 | (unit & 63)
    } else {
      const point = 0x10000 + ((unit - 0xd800) << 10) + text.charCodeAt(++i) - 0xdc00
      bytes[length++] = 0xf0 | (point >> 18)
      bytes[length++] = 0x80 | ((point >> 12) & 63)
      bytes[length++] = 0x80 | ((point >> 6) & 63)
      bytes[length++] = 0x80 | (point & 63)
    }
  }
  return bytes.slice(0, length)
}

/**
 * Least code point of a sequence by its length: a shorter one could have said it (RFC 3629 section
 * 3).
 */
const LEAST = [0, 0, 0x80, 0x800, 0x10000]
/** Code points a call of String.fromCodePoint takes: its arguments live on the stack. */
const CHUNK = 4096

/**
 * The text of bytes.
 * @throws Malformed where they are not UTF-8 (overlong, surrogate, cut off, above U+10FFFF)
 */
export function utf8Text(bytes: Uint8Array): string {
  let text = ''
  let points: number[] = []
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i]!
    const length =
      first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0
    if (length === 0 || i + length > bytes.length) throw new Malformed('not UTF-8')
    let point = length === 1 ? first : first & (0x7f >> length)
    for (let j = 1; j < length; j++) {
      const next = bytes[i + j]!
      if ((next & 0xc0) !== 0x80) throw new Malformed('not UTF-8')
      point = (point << 6) | (next & 63)
    }
    if (point < LEAST[length]! || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      throw new Malformed('not UTF-8')
    points.push(point)
    i += length
    if (points.length < CHUNK) continue
    text += String.fromCodePoint(...points)
    points = []
  }
  return text + String.fromCodePoint(...points)
}
