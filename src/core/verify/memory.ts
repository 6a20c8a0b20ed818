/**
 * What a verifier remembers from one verification to the next: by each log's key the checkpoints it
 * has shown, and which log stands at which address. Without it nobody notices a log that was rolled
 * back or written anew. A log is its key: one of the same name and another key is another log. The
 * command keeps it in a file, the page in its browser.
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
  /** By verifier key, the one seen last at the end. */
  readonly logs: readonly (readonly [string, KnownLog])[]
  /** Verifier keys by address. */
  readonly places: readonly (readonly [string, string])[]
}

/** A checkpoint of a log that was verified. */
export interface Verified extends SeenNote {
  readonly key: string
  /** The address; null where addresses are not remembered. */
  readonly place: string | null
}

export interface MemoryBounds {
  readonly logs: number
  /**
   * Of one log. The newest stands for the older ones, which were compared with it; these are kept
   * as evidence.
   */
  readonly checkpoints: number
  /**
   * Characters of a log's checkpoints, of which the newest is always kept: a stranger's can be a
   * megabyte each.
   */
  readonly characters: number
}

/**
 * Addresses of one log that are kept: one log is seldom read at more than a few, and a stranger can
 * name any number.
 */
const MOST_PLACES = 20

export const BLANK_MEMORY: Memory = { logs: [], places: [] }

export function knownLog(memory: Memory, key: string | null): KnownLog | undefined {
  return memory.logs.find(([known]) => known === key)?.[1]
}

/** The key of the log that stood at a place. */
export function keyAt(memory: Memory, place: string | null): string | undefined {
  return memory.places.find(([at]) => at === place)?.[1]
}

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

/** Of each log that is kept, the addresses seen last. */
function newestPlaces(places: Memory['places'], kept: ReadonlySet<string>): Memory['places'] {
  const counts = new Map<string, number>()
  const isNew = ([, key]: Memory['places'][number]): boolean => {
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count <= MOST_PLACES && kept.has(key)
  }
  return places.toReversed().filter(isNew).reverse()
}

/** As many as are kept, the last one always. */
function newest(checkpoints: readonly SeenNote[], bounds: MemoryBounds): readonly SeenNote[] {
  const some = checkpoints.slice(-bounds.checkpoints)
  let characters = 0
  const from = some.findLastIndex(({ note }, i) => {
    characters += note.length
    return i < some.length - 1 && characters > bounds.characters
  })
  return some.slice(from + 1)
}

/** Forgets the log, and any other of its name: whoever reads it again begins anew. */
export function without(memory: Memory, key: string): Memory {
  const isOther = (known: string) => nameOf(known) !== nameOf(key)
  return {
    logs: memory.logs.filter(([known]) => isOther(known)),
    places: memory.places.filter(([, known]) => isOther(known)),
  }
}

/** From what was kept: by the names of logs, as once, or by their keys, as now. */
export function byKey({ logs, places }: Memory): Memory {
  const keys = new Map(logs.map(([name, { key }]) => [name, key]))
  return {
    logs: [...new Map(logs.map(([, { key, checkpoints }]) => [key, { key, checkpoints }]))],
    places: places.flatMap(([at, name]) => (keys.has(name) ? [[at, keys.get(name)!]] : [])),
  }
}
