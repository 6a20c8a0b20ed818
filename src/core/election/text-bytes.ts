/**
 * UTF-8 and base64url (RFC 4648, without padding) in plain ECMAScript: core has neither TextEncoder
 * nor Buffer.
 */
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function utf8(text: string): number[] {
  // As toWellFormed makes it, which browsers have since 2023 alone.
  const escaped = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
  return (escaped.match(/%..|./gs) ?? []).map((part) =>
    part.length === 1 ? part.charCodeAt(0) : Number.parseInt(part.slice(1), 16),
  )
}

/** Two digits a byte, in lower case. */
export function hexOf(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The text, or undefined where the bytes are not UTF-8. */
export function fromUtf8(bytes: readonly number[]): string | undefined {
  try {
    return decodeURIComponent(hexOf(bytes).replace(/../g, '%$&'))
  } catch {
    return undefined
  }
}

export function base64url(bytes: readonly number[]): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = Math.min(3, bytes.length - i)
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let j = 0; j <= left; j++) text += DIGITS[(bits >> (18 - 6 * j)) & 63]
  }
  return text
}

/** The bytes, or undefined where the text is not the base64url of any. */
export function fromBase64url(text: string): number[] | undefined {
  const bytes: number[] = []
  let bits = 0
  let count = 0
  for (const character of text) {
    const digit = DIGITS.indexOf(character)
    if (digit === -1) return undefined
    bits = ((bits << 6) | digit) & 0xffff
    count += 6
    if (count < 8) continue
    count -= 8
    bytes.push((bits >> count) & 255)
  }
  return count < 6 && (bits & ((1 << count) - 1)) === 0 ? bytes : undefined
}
