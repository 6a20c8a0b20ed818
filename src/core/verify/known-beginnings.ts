/**
 * Beginnings of ballot entries that were read before, found again by their bytes: a hash table of its own, for it is asked
 * once for every ballot, and a text made of each would be most of the work.
 */

/** Beginnings remembered, and their bytes; past this, further ones are parsed each time. */
const MOST_KNOWN = 1 << 18
const MOST_KNOWN_BYTES = 1 << 26
/** Bytes are compared by fours: less than a third of the time. */
export const WORD_BYTES = 4
/** Bytes of a beginning that pick its slot: the last ones, which differ. All of them are compared. */
const HASHED_BYTES = 64
/** Slots looked at: beginnings made to share theirs are parsed each time, and not looked for among all that do. */
const MOST_PROBES = 64

export interface KnownBeginnings {
  /** The number of the bytes [from, end), at least {@link WORD_BYTES} of them; -1 where they are not known. */
  readonly find: (bytes: Uint8Array, from: number, end: number) => number
  /**
   * Adds the bytes that were looked for last, and not found. Numbers count from 0.
   * @returns -1 where no more are remembered
   */
  readonly add: (bytes: Uint8Array, from: number, end: number) => number
}

export function knownBeginnings(): KnownBeginnings {
  /** Numbers, by hash; -1 where a slot is free. */
  let slots = new Int32Array(1 << 10).fill(-1)
  /** All beginnings, one behind the other. */
  let arena = new Uint8Array(1 << 16)
  let arenaView = viewOf(arena)
  let arenaEnd = 0
  const starts: number[] = []
  const ends: number[] = []
  const hashes: number[] = []
  let last: Uint8Array = arena
  let view = arenaView
  /** Of the bytes that were looked for last; -1 where there is no place for them. */
  let free = -1
  let hash = 0

  const isKnown = (id: number, from: number, end: number) =>
    hashes[id] === hash &&
    ends[id]! - starts[id]! === end - from &&
    isAt(arenaView, starts[id]!, view, from, end)

  const rehash = () => {
    slots = new Int32Array(slots.length * 2).fill(-1)
    for (let id = 0; id < hashes.length; id++) {
      let slot = hashes[id]! & (slots.length - 1)
      while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = id
    }
  }

  return {
    find: (bytes, from, end) => {
      // Many ballots lie in one array.
      if (bytes !== last) view = viewOf(bytes)
      last = bytes
      hash = hashOf(view, Math.max(from, end - HASHED_BYTES), end)
      const mask = slots.length - 1
      for (let slot = hash & mask, probes = 0; probes <= MOST_PROBES; slot = (slot + 1) & mask, probes++) {
        const id = slots[slot]!
        free = id < 0 ? slot : -1
        if (id < 0) return -1
        if (probes < MOST_PROBES && isKnown(id, from, end)) return id
      }
      return -1
    },
    add: (bytes, from, end) => {
      const id = starts.length
      if (free < 0 || id >= MOST_KNOWN || arenaEnd + end - from > MOST_KNOWN_BYTES) return -1
      while (arenaEnd + end - from > arena.length) arena = doubled(arena)
      arenaView = viewOf(arena)
      arena.set(bytes.subarray(from, end), arenaEnd)
      starts.push(arenaEnd)
      arenaEnd += end - from
      ends.push(arenaEnd)
      hashes.push(hash)
      slots[free] = id
      if (hashes.length * 2 > slots.length) rehash()
      return id
    },
  }
}

/** Whether the bytes [from, end), four at least, are also in `known` from `start`. */
function isAt(known: DataView, start: number, bytes: DataView, from: number, end: number): boolean {
  const distance = start - from
  const last = end - WORD_BYTES
  for (let i = from; i < last; i += WORD_BYTES)
    if (known.getUint32(i + distance) !== bytes.getUint32(i)) return false
  return known.getUint32(last + distance) === bytes.getUint32(last)
}

/** Of four bytes at least; the last word may take in some of the one before it again. */
function hashOf(bytes: DataView, from: number, end: number): number {
  const last = end - WORD_BYTES
  let hash = 0
  for (let i = from; i < last; i += WORD_BYTES) hash = mixed(hash, bytes.getInt32(i))
  return mixed(hash, bytes.getInt32(last))
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2)
  larger.set(bytes)
  return larger
}
