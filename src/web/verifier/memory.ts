/**
 * What this browser remembers from one verification to the next, as the command's state file does: by the log's key the
 * checkpoints it has shown, and which log stands at which address. Bounded; a stranger's bytes in it are nothing.
 */
import { nameOf } from '../../core/tlog/log-name.ts'
import type { SeenCheckpoint } from '../../core/verify/history.ts'

export interface KnownLog {
  /** C2SP verifier key. */
  readonly key: string
  /** Signed notes, oldest first. */
  readonly checkpoints: readonly { readonly note: string; readonly seenAtMs: number }[]
}

export interface Memory {
  /** By verifier key, the one seen last at the end. */
  readonly logs: readonly (readonly [string, KnownLog])[]
  /** Verifier keys by address. */
  readonly places: readonly (readonly [string, string])[]
}

export interface Verified {
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

export function knownLog(memory: Memory, key: string | null): KnownLog | undefined {
  return memory.logs.find(([known]) => known === key)?.[1]
}

/** The key of the log that stood at a place. */
export function keyAt(memory: Memory, place: string | null): string | undefined {
  return memory.places.find(([at]) => at === place)?.[1]
}

export function seenOf(log: KnownLog | undefined): readonly SeenCheckpoint[] {
  return log?.checkpoints ?? []
}

export function withVerified(memory: Memory, { key, note, seenAtMs, place }: Verified): Memory {
  const before = knownLog(memory, key)?.checkpoints ?? []
  const checkpoints =
    before.at(-1)?.note === note ? before : [...before, { note, seenAtMs }].slice(-MOST_CHECKPOINTS)
  const others = memory.logs.filter(([known]) => known !== key)
  const logs = [...others, [key, { key, checkpoints }] as const].slice(-MOST_LOGS)
  const places = memory.places.filter(([at]) => at !== place)
  return {
    logs,
    places: (place === null ? places : [...places, [place, key] as const]).filter(([, its]) =>
      logs.some(([known]) => known === its),
    ),
  }
}

/** Forgets the log, and any other of its name: whoever reads it again begins anew. */
export function without(memory: Memory, key: string): Memory {
  const isOther = (known: string) => nameOf(known) !== nameOf(key)
  return {
    logs: memory.logs.filter(([known]) => isOther(known)),
    places: memory.places.filter(([, known]) => isOther(known)),
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
    return byKey({ logs, places })
  } catch {
    return NOTHING
  }
}

/** As it was kept once, by origin, or by key as now. */
function byKey({ logs, places }: Memory): Memory {
  const keys = new Map(logs.map(([name, { key }]) => [name, key]))
  return {
    logs: logs.map(([, { key, checkpoints }]) => [key, { key, checkpoints }]),
    places: places.flatMap(([at, name]) => (keys.has(name) ? [[at, keys.get(name)!]] : [])),
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
