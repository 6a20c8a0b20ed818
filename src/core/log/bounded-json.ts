/**
 * JSON of a stranger's: looked over once before it is parsed, so that what is nested without end,
 * or is one text without end, never reaches what recurses or matches. Pure.
 */
import { Malformed } from '../tlog/malformed.ts'

/** Deeper than any document of the protocol (a result document has 7). */
const MOST_DEPTH = 32
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

export interface JsonBounds {
  /** Code units of its longest text, as written. */
  readonly text: number
}

export interface BoundedJson {
  readonly value: unknown
  /** Members as they stand in the text: of two with one name `value` has but the last. */
  readonly members: number
}

/** @throws Malformed for what is no JSON, is nested deeper than 32, or holds a longer text */
export function parseBounded(json: string, { text: mostText }: JsonBounds): BoundedJson {
  let depth = 0
  let members = 0
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i)
    if (unit === QUOTE) {
      const from = i++
      for (; i < json.length && json.charCodeAt(i) !== QUOTE; i++) if (json.charCodeAt(i) === BACKSLASH) i++
      if (i - from - 1 > mostText) throw new Malformed('a text in it is longer than any')
    } else if (unit === COLON) members++
    else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > MOST_DEPTH) throw new Malformed('nested deeper than any')
    } else if (unit === 0x7d || unit === 0x5d) depth--
  }
  try {
    return { value: JSON.parse(json), members }
  } catch {
    throw new Malformed('not JSON')
  }
}

/** Members in a value, at whatever depth. */
export function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = Array.isArray(value) ? 0 : Object.keys(value).length
  for (const inner of Object.values(value)) count += membersOf(inner)
  return count
}
