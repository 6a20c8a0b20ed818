/**
 * The entries of one batch of the public log, with their leaf hashes, put into the order in which
 * they are published: ascending by leaf hash, so that nothing is left of the order in which ballots
 * were cast. Its arrays are used again from batch to batch. No I/O.
 */

import { MOST_ENTRY_BYTES } from '../tlog/entry-bundle.ts'
import { HASH_BYTES, type TreeHasher } from '../tlog/merkle.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { BEFORE_NONCE, ENTRY_END, NONCE_DIGITS } from './entry.ts'

export interface LeafBatch {
  /** Adds an entry by its text. @throws RangeError for one over 65,535 bytes */
  readonly add: (text: string) => void
  /**
   * Adds a ballot's entry by its parts, without making its text: that would be most of the work.
   * @param start what it begins with (entry.ts), its bytes
   * @param nonces the nonce's digits are the 32 from `nonceAt`
   */
  readonly addBallot: (start: Uint8Array, choices: string, nonces: string, nonceAt: number) => void
  /**
   * Adds entry `i` of another batch, by the order in which they were added there; it is not hashed
   * again.
   */
  readonly addHashed: (other: LeafBatch, i: number) => void
  /** The bytes of entry `i`, by the order in which they were added; valid until the next change. */
  readonly entry: (i: number) => Uint8Array
  readonly lengthOf: (i: number) => number
  readonly count: () => number
  /**
   * The leaf hashes, packed, in the order in which entries were added; valid until the next change.
   */
  readonly unsorted: () => Uint8Array
  /** Puts the entries in order. */
  readonly sort: () => void
  /** Their leaf hashes, packed, in order; valid until the next change. */
  readonly hashes: () => Uint8Array
  /** Bytes that entries `from` to `to` (in order) take in a bundle. */
  readonly bundleBytes: (from: number, to: number) => number
  /** Writes entries `from` to `to` as a bundle has them, each behind its length. */
  readonly writeBundle: (from: number, to: number, out: Uint8Array, at: number) => void
  readonly clear: () => void
}

const AROUND_NONCE = BEFORE_NONCE.length + ENTRY_END.length
/** Small, so that every batch worth the name has grown its arrays. */
const FIRST_ENTRIES = 64
const FIRST_BYTES = 1 << 13

export function leafBatch(hasher: TreeHasher): LeafBatch {
  const entries = packedEntries(hasher)
  let sorted = new Uint8Array(0)
  let order: Uint32Array = new Uint32Array(0)
  return {
    ...entries,
    sort: () => {
      const count = entries.count()
      const hashes = entries.unsorted()
      order = orderOf(hashes, count)
      if (sorted.length < count * HASH_BYTES) sorted = new Uint8Array(hashes.length)
      for (let i = 0; i < count; i++) copyHash(hashes, order[i]!, sorted, i)
    },
    hashes: () => sorted.subarray(0, entries.count() * HASH_BYTES),
    bundleBytes: (from, to) => {
      let total = 0
      for (let i = from; i < to; i++) total += 2 + entries.lengthOf(order[i]!)
      return total
    },
    writeBundle: (from, to, out, at) => {
      let place = at
      for (let i = from; i < to; i++) {
        const entry = entries.entry(order[i]!)
        out[place++] = entry.length >> 8
        out[place++] = entry.length & 255
        out.set(entry, place)
        place += entry.length
      }
    },
  }
}

/** Entries one behind the other, and their leaf hashes, in the order in which they were added. */
function packedEntries(hasher: TreeHasher) {
  let capacity = FIRST_ENTRIES
  let bytes = new Uint8Array(FIRST_BYTES)
  /** Where entry i begins; entry i ends where the next begins. */
  let starts = new Uint32Array(capacity + 1)
  let hashes = new Uint8Array(capacity * HASH_BYTES)
  let count = 0

  const reserve = (entryBytes: number): void => {
    const end = starts[count]! + entryBytes
    if (end > bytes.length) bytes = grown(bytes, new Uint8Array(Math.max(2 * bytes.length, end)))
    if (count < capacity) return
    capacity *= 2
    starts = grown(starts, new Uint32Array(capacity + 1))
    hashes = grown(hashes, new Uint8Array(capacity * HASH_BYTES))
  }
  const endEntry = (end: number): void => {
    const at = starts[count]!
    if (end - at > MOST_ENTRY_BYTES) throw new RangeError(`an entry of ${end - at} bytes`)
    starts[count + 1] = end
    hasher.leaf(bytes, at, end, hashes, count * HASH_BYTES)
    count++
  }
  /** @returns where the text ends, all of it ASCII */
  const writeAscii = (text: string, from: number, to: number, at: number): number => {
    for (let i = from; i < to; i++) bytes[at++] = text.charCodeAt(i)
    return at
  }

  return {
    add: (text: string): void => {
      const encoded = utf8Bytes(text)
      reserve(encoded.length)
      const at = starts[count]!
      bytes.set(encoded, at)
      endEntry(at + encoded.length)
    },
    addBallot: (start: Uint8Array, choices: string, nonces: string, nonceAt: number): void => {
      reserve(start.length + choices.length + AROUND_NONCE + NONCE_DIGITS)
      let at = starts[count]!
      for (let i = 0; i < start.length; i++) bytes[at++] = start[i]!
      at = writeAscii(choices, 0, choices.length, at)
      at = writeAscii(BEFORE_NONCE, 0, BEFORE_NONCE.length, at)
      at = writeAscii(nonces, nonceAt, nonceAt + NONCE_DIGITS, at)
      endEntry(writeAscii(ENTRY_END, 0, ENTRY_END.length, at))
    },
    addHashed: (other: LeafBatch, i: number): void => {
      const entry = other.entry(i)
      reserve(entry.length)
      const at = starts[count]!
      bytes.set(entry, at)
      starts[count + 1] = at + entry.length
      copyHash(other.unsorted(), i, hashes, count)
      count++
    },
    entry: (i: number): Uint8Array => bytes.subarray(starts[i]!, starts[i + 1]!),
    lengthOf: (i: number): number => starts[i + 1]! - starts[i]!,
    count: (): number => count,
    unsorted: (): Uint8Array => hashes,
    clear: (): void => {
      count = 0
    },
  }
}

/** Copies one of some packed hashes; places are counted in hashes. */
function copyHash(from: Uint8Array, fromPlace: number, to: Uint8Array, toPlace: number): void {
  for (let b = 0; b < HASH_BYTES; b++) to[toPlace * HASH_BYTES + b] = from[fromPlace * HASH_BYTES + b]!
}

function grown<T extends Uint8Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}

/**
 * Up to so many hashes are dealt out by one byte: most batches are small, and 65,536 places cost
 * more than their hashes.
 */
const FEW = 4096

/**
 * The numbers of the hashes, in ascending order of the hashes; equal ones in the order they have.
 * Dealt out by their first byte or two, which are even, then each put before the larger ones it
 * meets at its place.
 */
export function orderOf(hashes: Uint8Array, count: number): Uint32Array {
  const shift = count > FEW ? 0 : 8
  const places = 0x10000 >> shift
  const begins = new Uint32Array(places + 1)
  const placeOf = (i: number): number =>
    ((hashes[i * HASH_BYTES]! << 8) | hashes[i * HASH_BYTES + 1]!) >> shift
  for (let i = 0; i < count; i++) begins[placeOf(i) + 1]!++
  for (let place = 0; place < places; place++) begins[place + 1]! += begins[place]!
  const ends = begins.slice()
  const order = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const place = placeOf(i)
    let at = ends[place]!++
    for (; at > begins[place]! && compareFrom(hashes, order[at - 1]!, i, 1) > 0; at--)
      order[at] = order[at - 1]!
    order[at] = i
  }
  return order
}

function compareFrom(hashes: Uint8Array, a: number, b: number, first: number): number {
  for (let i = first; i < HASH_BYTES; i++) {
    const difference = hashes[a * HASH_BYTES + i]! - hashes[b * HASH_BYTES + i]!
    if (difference !== 0) return difference
  }
  return 0
}
