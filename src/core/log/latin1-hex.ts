/** Bytes as latin1 text (one character per byte) to hexadecimal digits and back. Pure. */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** @param text characters up to U+00FF */
export function hexOfLatin1(text: string): string {
  let hex = ''
  for (let i = 0; i < text.length; i++) hex += HEX[text.charCodeAt(i)]!
  return hex
}

/** @param hex an even number of hexadecimal digits */
export function latin1OfHex(hex: string): string {
  let text = ''
  for (let i = 0; i < hex.length; i += 2)
    text += String.fromCharCode(Number.parseInt(hex.slice(i, i + 2), 16))
  return text
}
