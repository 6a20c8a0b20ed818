/**
 * What a verifier remembers between verifications: the checkpoints that each log has shown, by the
 * log's key, and which log is at which address. Without this memory a verifier would not notice
 * that a log was rolled back or rewritten. The command keeps it in a file, the page in the browser.
 */
import { nameOf } from '../tlog/log-name.ts'

export interface SeenNote {
  /** The whole signed note. */
  readonly note: string
  readonly seenAtMs: number
}

export interface KnownLog {
  /** C2SP verifier key. */
  readonly key: string
  /** Oldest first. */
  readonly checkpoints: readonly SeenNote[]
}

export interface Memory {
  /** By verifier key; the log that was verified last is at the end. */
  readonly logs: readonly (readonly [string, KnownLog])[]
  /** Verifier keys by address. */
  readonly places: readonly (readonly [string, string])[]
}

/** A checkpoint of a log that was verified. */
export interface Verified extends SeenNote {
  readonly key: string
  /** The address; null if addresses are not remembered. */
  readonly place: string | null
}

export interface MemoryBounds {
  readonly logs: number
  /**
   * Checkpoints per log. Each new checkpoint was compared with the older ones, which are kept as
   * evidence.
   */
  readonly checkpoints: number
  /**
   * Characters of all checkpoints of one log. The newest is always kept. A hostile checkpoint can
   * be 1 MB long.
   */
  readonly characters: number
}

/**
 * Addresses kept per log. A log is rarely read at more than a few, and a stranger can make up any
 * number.
 */
const MOST_PLACES = 20

export const BLANK_MEMORY: Memory = { logs: [], places: [] }

/** @returns what is remembered of the log with this C2SP verifier key; undefined if nothing is */
export function knownLog(memory: Memory, key: string | null): KnownLog | undefined {
  return memory.logs.find(([known]) => known === key)?.[1]
}

/** @returns the key of the log that was verified at an address before; undefined if none was */
export function keyAt(memory: Memory, place: string | null): string | undefined {
  return memory.places.find(([at]) => at === place)?.[1]
}

/**
 * @returns the memory with one more verified checkpoint, within the bounds. The oldest entries are
 *   dropped first; a checkpoint that equals the newest one is not added again.
 */
export function withVerified(
  memory: Memory,
  { key, note, seenAtMs, place }: Verified,
  bounds: MemoryBounds,
): Memory {
  const before = knownLog(memory, key)?.checkpoints ?? []
  const all = before.at(-1)?.note === note ? before : [...before, { note, seenAtMs }]
  const others = memory.logs.filter(([known]) => known !== key)
  const own = [key, { key, checkpoints: newest(all, bounds) }] as const
  const logs = [...others, own].slice(-bounds.logs)
  const kept = new Set(logs.map(([known]) => known))
  const places = memory.places.filter(([at]) => at !== place)
  return {
    logs,
    places: newestPlaces(place === null ? places : [...places, [place, key] as const], kept),
  }
}

/** For each log that is kept, the addresses verified last. */
function newestPlaces(places: Memory['places'], kept: ReadonlySet<string>): Memory['places'] {
  const counts = new Map<string, number>()
  const isNew = ([, key]: Memory['places'][number]): boolean => {
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count <= MOST_PLACES && kept.has(key)
  }
  return places.toReversed().filter(isNew).reverse()
}

/** The newest checkpoints within the bounds; always at least the last one. */
function newest(checkpoints: readonly SeenNote[], bounds: MemoryBounds): readonly SeenNote[] {
  const some = checkpoints.slice(-bounds.checkpoints)
  let characters = 0
  const from = some.findLastIndex(({ note }, i) => {
    characters += note.length
    return i < some.length - 1 && characters > bounds.characters
  })
  return some.slice(from + 1)
}

/**
 * @returns the memory without this log and without any other log of its name; the next verification
 *   starts without history
 */
export function without(memory: Memory, key: string): Memory {
  const isOther = (known: string) => nameOf(known) !== nameOf(key)
  return {
    logs: memory.logs.filter(([known]) => isOther(known)),
    places: memory.places.filter(([, known]) => isOther(known)),
  }
}

/** Converts a memory in which logs were stored by name, as earlier versions did, to one by key. */
export function byKey({ logs, places }: Memory): Memory {
  const keys = new Map(logs.map(([name, { key }]) => [name, key]))
  return {
    logs: [...new Map(logs.map(([, { key, checkpoints }]) => [key, { key, checkpoints }]))],
    places: places.flatMap(([at, name]) => (keys.has(name) ? [[at, keys.get(name)!]] : [])),
  }
}
