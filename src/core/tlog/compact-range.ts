/**
 * A Merkle tree that grows and keeps only its peaks: the roots of the complete subtrees that it
 * consists of, largest first, one per one-bit of its size. They suffice to append and to compute
 * the root (RFC 6962, section 2.1).
 */
import { asHash, emptyRoot, HASH_BYTES, type Hash, hashAt, type TreeHasher } from './merkle.ts'

/** One peak per bit of the largest size, 2^53 - 1, and one for the subtree being appended. */
const MOST_PEAKS = 54

export interface CompactRange {
  readonly size: () => number
  /** Appends a leaf hash: 32 bytes of `source` from `at` (default 0). */
  readonly append: (source: Uint8Array, at?: number) => void
  /**
   * Appends a complete subtree of 2^level leaves.
   * @param root contains its root, 32 bytes from `at` (default 0)
   * @throws {RangeError} if the size is not a multiple of 2^level, so that it would not be a
   *   subtree
   */
  readonly appendSubtree: (level: number, root: Uint8Array, at?: number) => void
  readonly root: () => Hash
  /**
   * Returns copies of the peaks, largest subtree first. Together with the size they are the whole
   * state.
   */
  readonly peaks: () => readonly Hash[]
}

/**
 * Creates a tree.
 * @param size the number of leaves it already has
 * @param peaks the result of `peaks()` at that size
 * @throws {RangeError} if the number of peaks does not fit the size
 */
export function compactRange(hasher: TreeHasher, size = 0, peaks: readonly Hash[] = []): CompactRange {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not a number of leaves`)
  if (peaks.length !== oneBits(size)) throw new RangeError(`${peaks.length} peaks for ${size} leaves`)
  const packed = new Uint8Array(MOST_PEAKS * HASH_BYTES)
  for (const [i, peak] of peaks.entries()) packed.set(asHash(peak), i * HASH_BYTES)
  let count = peaks.length

  const appendSubtree = (level: number, source: Uint8Array, at = 0) => {
    const leaves = 2 ** level
    if (size % leaves !== 0) throw new RangeError(`no subtree of ${leaves} leaves begins at leaf ${size}`)
    for (let i = 0; i < HASH_BYTES; i++) packed[count * HASH_BYTES + i] = source[at + i]!
    count++
    // Each one-bit of the size above the level is a peak of the same size as the subtree at that
    // point.
    for (let above = size / leaves; above % 2 === 1; above = (above - 1) / 2) {
      count--
      hasher.node(packed, (count - 1) * HASH_BYTES, packed, (count - 1) * HASH_BYTES)
    }
    size += leaves
  }

  return {
    size: () => size,
    append: (source, at) => appendSubtree(0, source, at),
    appendSubtree,
    root: () => {
      if (count === 0) return emptyRoot(hasher)
      const work = packed.slice(0, count * HASH_BYTES)
      for (let i = count - 2; i >= 0; i--) hasher.node(work, i * HASH_BYTES, work, i * HASH_BYTES)
      return hashAt(work, 0)
    },
    peaks: () => Array.from({ length: count }, (_, i) => hashAt(packed, i)),
  }
}

function oneBits(size: number): number {
  let bits = 0
  for (let left = size; left > 0; left = Math.floor(left / 2)) bits += left % 2
  return bits
}
