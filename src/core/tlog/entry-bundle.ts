/**
 * Entry bundles (C2SP tlog-tiles, "Log entries"): up to 256 entries, each after its length in two
 * bytes, big-endian.
 */
import { Malformed } from './malformed.ts'
import { HASH_BYTES, type TreeHasher } from './merkle.ts'
import { TILE_WIDTH } from './tile.ts'

/** The greatest length of an entry in bytes, because its length is a uint16. */
export const MOST_ENTRY_BYTES = 0xffff

/**
 * Writes a bundle (C2SP tlog-tiles, "Log entries").
 * @throws {RangeError} if there are no entries or more than 256, or an entry is longer than 65,535
 *   bytes
 */
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
 * Finds the `width` entries of a bundle without copying them.
 * @returns 2 × width numbers: entry i is bytes [spans[2i], spans[2i + 1])
 * @throws {Malformed} if the bytes are not exactly `width` entries
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
  if (at !== bytes.length) throw new Malformed(`the bundle has more than ${width} entries`)
  return spans
}

/**
 * @returns the entries, as views into the bundle
 * @throws {Malformed} if the bytes are not exactly `width` entries
 */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const spans = bundleSpans(bytes, width)
  return Array.from({ length: width }, (_, i) => bytes.subarray(spans[2 * i]!, spans[2 * i + 1]!))
}

/**
 * @returns the leaf hashes of a bundle's entries, 32 bytes each: the level-0 tile of the bundle
 * @throws {Malformed} if the bytes are not exactly `width` entries
 */
export function bundleLeaves(hasher: TreeHasher, bytes: Uint8Array, width: number): Uint8Array {
  const spans = bundleSpans(bytes, width)
  const leaves = new Uint8Array(width * HASH_BYTES)
  for (let i = 0; i < width; i++) hasher.leaf(bytes, spans[2 * i]!, spans[2 * i + 1]!, leaves, i * HASH_BYTES)
  return leaves
}
