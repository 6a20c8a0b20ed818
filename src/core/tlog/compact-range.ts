/**
 * A Merkle tree that grows and remembers only its peaks: the roots of the complete subtrees it
 * consists of, largest first, one per one-bit of its size. Enough to append and to know the root.
 * No I/O.
 */
import { asHash, emptyRoot, HASH_BYTES, type Hash, hashAt, type TreeHasher } from './merkle.ts'

/** One peak per bit of the largest size, 2^53 - 1, and room for the one being appended. */
const MOST_PEAKS = 54

export interface CompactRange {
  readonly size: () => number
  /** Appends a leaf by its hash: 32 bytes of `source` from `at` (default 0). */
  readonly append: (source: Uint8Array, at?: number) => void
  /**
   * Appends a complete subtree of 2^level leaves by its root.
   * @throws RangeError where the size is not a multiple of 2^level: it would not be a subtree
   */
  readonly appendSubtree: (level: number, root: Uint8Array, at?: number) => void
  readonly root: () => Hash
  /** Copies, largest subtree first: with the size, all there is to keep. */
  readonly peaks: () => readonly Hash[]
}

/**
 * @param size leaves in it already, and `peaks` as `peaks()` gave them at that size
 * @throws RangeError where size and peaks do not belong together
 */
export function compactRange(hasher: TreeHasher, size = 0, peaks: readonly Hash[] = []): CompactRange {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`no tree has ${size} leaves`)
  if (peaks.length !== oneBits(size)) throw new RangeError(`${peaks.length} peaks for ${size} leaves`)
  const packed = new Uint8Array(MOST_PEAKS * HASH_BYTES)
  for (const [i, peak] of peaks.entries()) packed.set(asHash(peak), i * HASH_BYTES)
  let count = peaks.length

  const appendSubtree = (level: number, source: Uint8Array, at = 0) => {
    const leaves = 2 ** level
    if (size % leaves !== 0) throw new RangeError(`no subtree of ${leaves} leaves begins at leaf ${size}`)
    for (let i = 0; i < HASH_BYTES; i++) packed[count * HASH_BYTES + i] = source[at + i]!
    count++
    // Each one-bit of the size above the level is a peak as large as what is appended by then.
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
