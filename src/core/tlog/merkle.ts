/**
 * The hashes of the public log's Merkle tree (RFC 6962, section 2.1; RFC 9162, section 2.1). The
 * caller provides SHA-256.
 *
 * Many hashes are packed into one array, 32 bytes each, as in tiles. The inner loops write into
 * such arrays and allocate nothing (docs/decisions/004-digests-as-latin1.md has the cost of a
 * Buffer per digest).
 */
declare const brand: unique symbol

export const HASH_BYTES = 32

/** The hash of a leaf or of a subtree, 32 bytes. */
export type Hash = Uint8Array & { readonly [brand]: 'Hash' }

/** Computes SHA-256 and returns a new array of 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** The two hashes of a tree. A platform may provide a faster implementation than `treeHasher`. */
export interface TreeHasher {
  readonly sha256: Sha256
  /** Leaf hash: writes SHA-256(0x00 ‖ source[from, to)) to `out`, 32 bytes from `at`. */
  readonly leaf: (source: Uint8Array, from: number, to: number, out: Uint8Array, at: number) => void
  /**
   * Node hash: writes SHA-256(0x01 ‖ source[from, from + 64)) to `out`, 32 bytes from `at`.
   * `source` and `out` may be the same array and may overlap.
   */
  readonly node: (source: Uint8Array, from: number, out: Uint8Array, at: number) => void
}

/**
 * Returns the hash of the complete subtree of 2^level leaves that begins at leaf `index` × 2^level.
 */
export type HashReader = (level: number, index: number) => Hash

/** Creates the hashes of a tree from SHA-256 (RFC 6962, section 2.1). */
export function treeHasher(sha256: Sha256): TreeHasher {
  const pair = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1)
  return {
    sha256,
    leaf: (source, from, to, out, at) => {
      const prefixed = new Uint8Array(1 + to - from)
      prefixed.set(source.subarray(from, to), 1)
      out.set(sha256(prefixed), at)
    },
    node: (source, from, out, at) => {
      pair.set(source.subarray(from, from + 2 * HASH_BYTES), 1)
      out.set(sha256(pair), at)
    },
  }
}

/** @throws {RangeError} if the bytes are not 32 */
export function asHash(bytes: Uint8Array): Hash {
  if (bytes.length !== HASH_BYTES) throw new RangeError(`a hash has 32 bytes, not ${bytes.length}`)
  return bytes as Hash
}

/**
 * @param position counted in hashes of 32 bytes
 * @returns a copy of one of the packed hashes
 */
export function hashAt(packed: Uint8Array, position: number): Hash {
  return asHash(hashesAt(packed, position, 1))
}

/**
 * Copies `count` packed hashes from `from`. `slice` would not do: that of Node's Buffer does not
 * copy.
 */
function hashesAt(packed: Uint8Array, from: number, count: number): Uint8Array {
  return new Uint8Array(packed.subarray(from * HASH_BYTES, (from + count) * HASH_BYTES))
}

/** @returns whether two hashes are equal */
export function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** @returns the leaf hash of an entry, SHA-256(0x00 ‖ entry) (RFC 6962, section 2.1) */
export function leafHash(hasher: TreeHasher, entry: Uint8Array): Hash {
  const hash = new Uint8Array(HASH_BYTES)
  hasher.leaf(entry, 0, entry.length, hash, 0)
  return hash as Hash
}

/** @returns the hash of an inner node, SHA-256(0x01 ‖ left ‖ right) (RFC 6962, section 2.1) */
export function nodeHash(hasher: TreeHasher, left: Hash, right: Hash): Hash {
  const pair = new Uint8Array(2 * HASH_BYTES)
  pair.set(left)
  pair.set(right, HASH_BYTES)
  hasher.node(pair, 0, pair, 0)
  return hashAt(pair, 0)
}

/**
 * @returns the root of a tree without leaves, SHA-256 of the empty string (RFC 6962, section 2.1)
 */
export function emptyRoot(hasher: TreeHasher): Hash {
  return asHash(new Uint8Array(hasher.sha256(new Uint8Array(0))))
}

/**
 * Computes the root of the complete subtree over `count` packed hashes from `from`, both counted in
 * hashes.
 * @param count a power of two, at most 256
 */
export function completeRoot(hasher: TreeHasher, packed: Uint8Array, from: number, count: number): Hash {
  const work = hashesAt(packed, from, count)
  for (let width = count; width > 1; width /= 2)
    for (let i = 0; i < width; i += 2) hasher.node(work, i * HASH_BYTES, work, (i / 2) * HASH_BYTES)
  return hashAt(work, 0)
}
