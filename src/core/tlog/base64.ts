/**
 * Standard base64 with padding (RFC 4648 section 4), as notes, checkpoints and proofs write hashes.
 * No I/O.
 */
import { Malformed } from './malformed.ts'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** Value of an ASCII character as a digit, 255 where it is none. */
const VALUES = new Uint8Array(128).fill(255)
for (let value = 0; value < 64; value++) VALUES[DIGITS.charCodeAt(value)] = value

export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += DIGITS[bits >> 18]! + DIGITS[(bits >> 12) & 63]!
    text += i + 1 < bytes.length ? DIGITS[(bits >> 6) & 63]! : '='
    text += i + 2 < bytes.length ? DIGITS[bits & 63]! : '='
  }
  return text
}

/**
 * The bytes; every sequence of bytes has exactly one text.
 * @throws Malformed for any other character, missing padding or bits left over
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new Malformed('not base64')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let bits = 0
  let length = 0
  for (let i = 0; i < digits; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? 255
    if (value === 255) throw new Malformed('not base64')
    bits = ((bits << 6) | value) & 0xffffff
    // Of every four digits the first completes no byte.
    if (i % 4 !== 0) bytes[length++] = (bits >> (6 - (i % 4) * 2)) & 255
  }
  if (padding > 0 && (bits & ((1 << (padding * 2)) - 1)) !== 0) throw new Malformed('not base64')
  return bytes
}
