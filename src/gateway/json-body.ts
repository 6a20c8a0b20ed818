/**
 * Reads a body or line as JSON, in the same way on every path: text must be UTF-8, one byte order
 * mark at the start is ignored (RFC 8259 section 8.1), and of duplicate members the last one
 * counts, as in JSON.parse.
 */

/** The replacement that decoding puts for bytes that are not UTF-8. */
const NOT_UTF8 = '\ufffd'
const BYTE_ORDER_MARK = 0xfeff

/** @returns undefined if it is malformed */
export function readJson(body: Buffer): unknown {
  return readJsonText(body.toString('utf8'))
}

/**
 * @param text decoded from UTF-8, with replacement characters for invalid bytes
 * @returns undefined if it is malformed
 */
export function readJsonText(text: string): unknown {
  if (text.includes(NOT_UTF8)) return undefined
  try {
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
  } catch {
    return undefined
  }
}
