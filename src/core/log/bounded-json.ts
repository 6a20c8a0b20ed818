/**
 * Parses JSON from strangers. One scan before the parser checks depth and text lengths, so that
 * hostile input never reaches recursive code or regular expressions.
 */
import { Malformed } from '../tlog/malformed.ts'

/** The greatest depth of nesting; a result document of the protocol has 7 levels. */
const MOST_DEPTH = 32
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

export interface JsonBounds {
  /** The longest text, in UTF-16 code units as written, with escapes. */
  readonly text: number
}

export interface BoundedJson {
  readonly value: unknown
  /**
   * The number of members in the text. If an object has a name twice, `value` has only the last
   * one, but both count.
   */
  readonly members: number
}

/**
 * Parses JSON within limits.
 * @throws {Malformed} if the text is not JSON, is nested deeper than 32 levels, or contains a text
 *   longer than the bound
 */
export function parseBounded(json: string, { text: mostText }: JsonBounds): BoundedJson {
  let depth = 0
  let members = 0
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i)
    if (unit === QUOTE) {
      const from = i++
      for (; i < json.length && json.charCodeAt(i) !== QUOTE; i++) if (json.charCodeAt(i) === BACKSLASH) i++
      if (i - from - 1 > mostText) throw new Malformed(`a text in it is longer than ${mostText} characters`)
    } else if (unit === COLON) members++
    else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > MOST_DEPTH) throw new Malformed(`nested deeper than ${MOST_DEPTH} levels`)
    } else if (unit === 0x7d || unit === 0x5d) depth--
  }
  try {
    return { value: JSON.parse(json), members }
  } catch {
    throw new Malformed('not JSON')
  }
}

/** @returns the number of object members in a value, at any depth */
export function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = Array.isArray(value) ? 0 : Object.keys(value).length
  for (const inner of Object.values(value)) count += membersOf(inner)
  return count
}
