/**
 * Entry bundles (c2sp.org/tlog-tiles, "Log entries"): up to 256 entries, each behind its length as
 * two bytes, the higher one first. No I/O.
 */
import { Malformed } from './malformed.ts'
import { HASH_BYTES, type TreeHasher } from './merkle.ts'
import { TILE_WIDTH } from './tile.ts'

/** Most bytes an entry may have: its length is a uint16. */
export const MOST_ENTRY_BYTES = 0xffff

/** @throws RangeError for an entry over 65,535 bytes, for none and for more than 256 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0 || entries.length > TILE_WIDTH)
    throw new RangeError(`a bundle has 1 to ${TILE_WIDTH} entries, not ${entries.length}`)
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > MOST_ENTRY_BYTES) throw new RangeError(`an entry of ${entry.length} bytes`)
    bytes[at] = entry.length >> 8
    bytes[at + 1] = entry.length & 255
    bytes.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bytes
}

/**
 * Where the `width` entries of a bundle lie: entry i is bytes [ends[i] - lengths…) — as pairs
 * `from, to`, so 2 × width numbers. Copies nothing.
 * @throws Malformed where the bytes are not exactly so many entries
 */
export function bundleSpans(bytes: Uint8Array, width: number): Uint32Array {
  const spans = new Uint32Array(2 * width)
  let at = 0
  for (let i = 0; i < width; i++) {
    if (at + 2 > bytes.length) throw new Malformed(`the bundle has ${i} entries, not ${width}`)
    const from = at + 2
    at = from + (bytes[at]! << 8) + bytes[at + 1]!
    if (at > bytes.length) throw new Malformed(`entry ${i} of the bundle is cut off`)
    spans[2 * i] = from
    spans[2 * i + 1] = at
  }
  if (at !== bytes.length) throw new Malformed(`the bundle goes on after ${width} entries`)
  return spans
}

/**
 * The entries, as views into the bundle.
 * @throws Malformed where the bytes are not exactly `width` entries
 */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const spans = bundleSpans(bytes, width)
  return Array.from({ length: width }, (_, i) => bytes.subarray(spans[2 * i]!, spans[2 * i + 1]!))
}

/**
 * The leaf hashes of a bundle's entries, packed: the level-0 tile beside it.
 * @throws Malformed where the bytes are not exactly `width` entries
 */
export function bundleLeaves(hasher: TreeHasher, bytes: Uint8Array, width: number): Uint8Array {
  const spans = bundleSpans(bytes, width)
  const leaves = new Uint8Array(width * HASH_BYTES)
  for (let i = 0; i < width; i++) hasher.leaf(bytes, spans[2 * i]!, spans[2 * i + 1]!, leaves, i * HASH_BYTES)
  return leaves
}
