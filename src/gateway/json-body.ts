/**
 * A body or line as JSON, read in one way on every path: UTF-8 or refused, one byte order mark
 * before it ignored (RFC 8259 section 8.1), and of members that stand twice the last one counts, as
 * JSON.parse has it.
 */

/** What decoding puts in place of bytes that are not UTF-8. */
const NOT_UTF8 = '\ufffd'
const BYTE_ORDER_MARK = 0xfeff

/** @returns undefined where it is malformed */
export function readJson(body: Buffer): unknown {
  return readJsonText(body.toString('utf8'))
}

/**
 * @param text as decoded from UTF-8, with replacement characters where it was not that; undefined
 *   where malformed
 */
export function readJsonText(text: string): unknown {
  if (text.includes(NOT_UTF8)) return undefined
  try {
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
  } catch {
    return undefined
  }
}
