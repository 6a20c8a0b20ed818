/** Bytes as latin1 text (one character per byte) to hexadecimal digits and back. Pure. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** @param text characters up to U+00FF */
export function hexOfLatin1(text: string): string {
  let hex = ''
  for (let i = 0; i < text.length; i++) hex += HEX[text.charCodeAt(i)]!
  return hex
}

/** @param hex an even number of hexadecimal digits in lower case */
export function latin1OfHex(hex: string): string {
  let text = ''
  for (let i = 0; i < hex.length; i += 2) text += String.fromCharCode(byteAt(hex, i))
  return text
}

/**
 * Whether digits in lower case are those of a text; as `hexOfLatin1(text) === hex`, without making
 * any.
 */
export function isHexOfLatin1(hex: string, text: string): boolean {
  if (hex.length !== 2 * text.length) return false
  for (let i = 0; i < text.length; i++) if (byteAt(hex, 2 * i) !== text.charCodeAt(i)) return false
  return true
}

/** NaN where one of the two is no digit: no byte equals it. */
function byteAt(hex: string, at: number): number {
  return digit(hex.charCodeAt(at)) * 16 + digit(hex.charCodeAt(at + 1))
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : Number.NaN
}
