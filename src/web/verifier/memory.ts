/**
 * What this browser remembers of logs (core/verify/memory.ts), in its storage. Contents that do not
 * parse are ignored.
 */
import { BLANK_MEMORY, byKey, type Memory, type Verified, withVerified } from '../../core/verify/memory.ts'

/** Characters of its checkpoints: a stranger's can be a megabyte each. */
const MOST_OF_A_LOG = 32 * 1024
const BOUNDS = { logs: 50, checkpoints: 16, characters: MOST_OF_A_LOG }
/** More than so many logs have. */
const MOST_CHARACTERS = 2_000_000
const NAME = 'verified-logs'

/** A blank one, where the text is no such memory. */
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

/** @returns whether it is kept */
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
 * Adds a verified checkpoint, but for one so long that it would take the place of others. @returns
 * whether it is kept
 */
export function remember(verified: Verified): boolean {
  if (verified.note.length > MOST_OF_A_LOG) return false
  // Read again: another tab may have verified meanwhile.
  return keepMemory(withVerified(recallMemory(), verified, BOUNDS))
}
