/**
 * The browser's memory of logs (core/verify/memory.ts), in its storage. Content that does not parse
 * is ignored.
 */
import { BLANK_MEMORY, byKey, type Memory, type Verified, withVerified } from '../../core/verify/memory.ts'

/** The most characters of a log's checkpoints: a stranger's checkpoint can be a megabyte long. */
const MOST_OF_A_LOG = 32 * 1024
const BOUNDS = { logs: 50, checkpoints: 16, characters: MOST_OF_A_LOG }
/** More characters than the remembered logs can have. */
const MOST_CHARACTERS = 2_000_000
const NAME = 'verified-logs'

/** Returns a blank memory if the text is not a memory. */
export function readMemory(text: string | null): Memory {
  if (text === null || text.length > MOST_CHARACTERS) return BLANK_MEMORY
  try {
    const { logs, places } = JSON.parse(text) as Memory
    const isPair = (each: unknown): each is [string, unknown] =>
      Array.isArray(each) && each.length === 2 && typeof each[0] === 'string'
    if (!Array.isArray(logs) || !logs.every((each) => isPair(each) && isKnown(each[1]))) return BLANK_MEMORY
    if (!Array.isArray(places) || !places.every((each) => isPair(each) && typeof each[1] === 'string'))
      return BLANK_MEMORY
    return byKey({ logs, places })
  } catch {
    return BLANK_MEMORY
  }
}

function isKnown(value: unknown): boolean {
  const { key, checkpoints } = (value ?? {}) as { key?: unknown; checkpoints?: unknown }
  return (
    typeof key === 'string' &&
    Array.isArray(checkpoints) &&
    checkpoints.every((each) => typeof each?.note === 'string' && Number.isFinite(each.seenAtMs))
  )
}

export function recallMemory(): Memory {
  try {
    return readMemory(localStorage.getItem(NAME))
  } catch {
    return BLANK_MEMORY // storage is denied: every log is seen for the first time
  }
}

/** @returns whether the browser stored it */
export function keepMemory(memory: Memory): boolean {
  try {
    if (memory.logs.length === 0) localStorage.removeItem(NAME)
    else localStorage.setItem(NAME, JSON.stringify(memory))
    return true
  } catch {
    return false
  }
}

/**
 * Adds a verified checkpoint, unless its length would push other logs out of the memory.
 * @returns whether the browser stored it
 */
export function remember(verified: Verified): boolean {
  if (verified.note.length > MOST_OF_A_LOG) return false
  // Read again: another tab may have verified meanwhile.
  return keepMemory(withVerified(recallMemory(), verified, BOUNDS))
}
