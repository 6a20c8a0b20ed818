/**
 * Inclusion and consistency proofs: made from stored hashes, and checked (RFC 9162 sections 2.1.3
 * and 2.1.4). The checks take nothing on trust: a proof too long, too short or for another tree is
 * false. No I/O.
 */
import { emptyRoot, equalHashes, type Hash, type HashReader, nodeHash, type TreeHasher } from './merkle.ts'

/**
 * The path from leaf `index` to the root of the tree of `size` leaves: its sibling first (RFC 9162
 * section 2.1.3.1).
 * @throws RangeError where the leaf is not in the tree
 */
export function inclusionProof(hasher: TreeHasher, read: HashReader, index: number, size: number): Hash[] {
  checkSize(size)
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`leaf ${index} is not in a tree of ${size}`)
  const proof: Hash[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      proof.push(rangeRoot(hasher, read, middle, to))
      to = middle
    } else {
      proof.push(rangeRoot(hasher, read, from, middle))
      from = middle
    }
  }
  return proof.reverse()
}

/**
 * That the tree of `newSize` leaves begins with the tree of `oldSize` (RFC 9162 section 2.1.4.1).
 * Empty where the sizes are equal or the old tree is.
 * @throws RangeError where the old tree is the larger
 */
export function consistencyProof(
  hasher: TreeHasher,
  read: HashReader,
  oldSize: number,
  newSize: number,
): Hash[] {
  checkSize(oldSize)
  checkSize(newSize)
  if (oldSize > newSize) throw new RangeError(`a tree of ${oldSize} is not in one of ${newSize}`)
  if (oldSize === 0) return []
  const proof: Hash[] = []
  let [from, to] = [0, newSize]
  while (to !== oldSize) {
    const middle = from + splitOf(to - from)
    if (oldSize <= middle) {
      proof.push(rangeRoot(hasher, read, middle, to))
      to = middle
    } else {
      proof.push(rangeRoot(hasher, read, from, middle))
      from = middle
    }
  }
  // The old root itself is known to whoever checks, a part of it is not.
  if (from > 0) proof.push(rangeRoot(hasher, read, from, to))
  return proof.reverse()
}

/**
 * Whether `proof` shows that the leaf with this hash is number `index` of the tree (RFC 9162
 * section 2.1.3.2).
 */
export function verifyInclusion(
  hasher: TreeHasher,
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (!isSize(size) || !isSize(index) || index >= size) return false
  let [first, last] = [index, size - 1]
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0) return false
    if (first % 2 === 1 || first === last) {
      hash = nodeHash(hasher, sibling, hash)
      while (first % 2 === 0 && first > 0) {
        first = half(first)
        last = half(last)
      }
    } else {
      hash = nodeHash(hasher, hash, sibling)
    }
    first = half(first)
    last = half(last)
  }
  return last === 0 && equalHashes(hash, root)
}

/** Whether `proof` shows that the new tree begins with the old one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(
  hasher: TreeHasher,
  oldSize: number,
  newSize: number,
  proof: readonly Hash[],
  oldRoot: Hash,
  newRoot: Hash,
): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false
  if (oldSize === newSize) return proof.length === 0 && equalHashes(oldRoot, newRoot)
  if (oldSize === 0) return proof.length === 0 && equalHashes(oldRoot, emptyRoot(hasher))
  if (proof.length === 0) return false
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof
  let [first, last] = [oldSize - 1, newSize - 1]
  while (first % 2 === 1) {
    first = half(first)
    last = half(last)
  }
  let oldHash = path[0]!
  let newHash = path[0]!
  for (const sibling of path.slice(1)) {
    if (last === 0) return false
    if (first % 2 === 1 || first === last) {
      oldHash = nodeHash(hasher, sibling, oldHash)
      newHash = nodeHash(hasher, sibling, newHash)
      while (first % 2 === 0 && first > 0) {
        first = half(first)
        last = half(last)
      }
    } else {
      newHash = nodeHash(hasher, newHash, sibling)
    }
    first = half(first)
    last = half(last)
  }
  return last === 0 && equalHashes(oldHash, oldRoot) && equalHashes(newHash, newRoot)
}

/**
 * The root of leaves `from` (a multiple of the largest power of two below their number) to `to`,
 * MTH(D[from:to]) of the RFC, out of the complete subtrees it consists of.
 */
export function rangeRoot(hasher: TreeHasher, read: HashReader, from: number, to: number): Hash {
  if (to === from) return emptyRoot(hasher)
  const peaks: Hash[] = []
  for (let at = from; at < to; ) {
    const level = log2(to - at)
    peaks.push(read(level, at / 2 ** level))
    at += 2 ** level
  }
  return peaks.reduceRight((right, left) => nodeHash(hasher, left, right))
}

/** The exponent of the largest power of two not above `count`, exactly. */
function log2(count: number): number {
  return count < 2 ** 32 ? 31 - Math.clz32(count) : 63 - Math.clz32(count / 2 ** 32)
}

/** The largest power of two below `count`: how many leaves are left of the middle. */
function splitOf(count: number): number {
  return 2 ** log2(count - 1)
}

function half(count: number): number {
  return Math.floor(count / 2)
}

function isPowerOfTwo(count: number): boolean {
  return 2 ** log2(count) === count
}

function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0
}

function checkSize(size: number): void {
  if (!isSize(size)) throw new RangeError(`no tree has ${size} leaves`)
}
