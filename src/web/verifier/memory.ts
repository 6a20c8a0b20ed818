/**
 * What this browser remembers from one verification to the next, as the command's state file does: each log's key and the
 * checkpoints it has shown, and which log stands at which address. Bounded; a stranger's bytes in it are nothing.
 */
import type { SeenCheckpoint } from '../../core/log/verify-history.ts'

export interface KnownLog {
  /** C2SP verifier key. */
  readonly key: string
  /** Signed notes, oldest first. */
  readonly checkpoints: readonly { readonly note: string; readonly seenAtMs: number }[]
}

export interface Memory {
  /** By origin, the one seen last at the end. */
  readonly logs: readonly (readonly [string, KnownLog])[]
  /** Origins by address. */
  readonly places: readonly (readonly [string, string])[]
}

export interface Verified {
  readonly origin: string
  readonly key: string
  readonly note: string
  readonly seenAtMs: number
  /** The address; null where addresses are not remembered. */
  readonly place: string | null
}

const MOST_LOGS = 50
/** The newest stands for the older ones, which were compared with it; these are kept as evidence. */
const MOST_CHECKPOINTS = 16
const MOST_CHARACTERS = 2_000_000
const NAME = 'verified-logs'

export const NOTHING: Memory = { logs: [], places: [] }

/** The log that stood at a place, or calls itself so. */
export function knownLog(memory: Memory, place: string | null, origin: string | undefined) {
  const there = memory.places.find(([at]) => at === place)?.[1] ?? origin
  return memory.logs.find(([name]) => name === there)?.[1]
}

export function seenOf(log: KnownLog | undefined): readonly SeenCheckpoint[] {
  return log?.checkpoints ?? []
}

export function withVerified(memory: Memory, { origin, key, note, seenAtMs, place }: Verified): Memory {
  const before = memory.logs.find(([name]) => name === origin)?.[1].checkpoints ?? []
  const checkpoints =
    before.at(-1)?.note === note ? before : [...before, { note, seenAtMs }].slice(-MOST_CHECKPOINTS)
  const others = memory.logs.filter(([name]) => name !== origin)
  const logs = [...others, [origin, { key, checkpoints }] as const].slice(-MOST_LOGS)
  const places = memory.places.filter(([at]) => at !== place)
  return {
    logs,
    places: (place === null ? places : [...places, [place, origin] as const]).filter(([, name]) =>
      logs.some(([known]) => known === name),
    ),
  }
}

export function without(memory: Memory, origin: string): Memory {
  return {
    logs: memory.logs.filter(([name]) => name !== origin),
    places: memory.places.filter(([, name]) => name !== origin),
  }
}

/** Addresses are remembered with their log, but not this machine's own: there elections come and go. */
export function rememberedPlace(base: string | null): string | null {
  if (base === null) return null
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(base).hostname) ? null : base
}

/** Nothing, where the text is no such memory. */
export function readMemory(text: string | null): Memory {
  if (text === null || text.length > MOST_CHARACTERS) return NOTHING
  try {
    const { logs, places } = JSON.parse(text) as Memory
    const isPair = (each: unknown): each is [string, unknown] =>
      Array.isArray(each) && each.length === 2 && typeof each[0] === 'string'
    if (!Array.isArray(logs) || !logs.every((each) => isPair(each) && isKnown(each[1]))) return NOTHING
    if (!Array.isArray(places) || !places.every((each) => isPair(each) && typeof each[1] === 'string'))
      return NOTHING
    return { logs, places }
  } catch {
    return NOTHING
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
    return NOTHING // storage is denied: every log is seen for the first time
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
