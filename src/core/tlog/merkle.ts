/**
 * The hashes of the public log's Merkle tree (RFC 6962 section 2.1, RFC 9162 section 2.1). SHA-256
 * is handed in; no I/O, no Node, no DOM.
 *
 * Hashes that are many lie packed, 32 bytes after 32 bytes, as tiles do: the inner loops write into
 * such arrays and allocate nothing (docs/decisions/004-digests-as-latin1.md has the cost of a
 * Buffer per digest).
 */
declare const brand: unique symbol

export const HASH_BYTES = 32

/** 32 bytes, the hash of a leaf or of a subtree. */
export type Hash = Uint8Array & { readonly [brand]: 'Hash' }

/** SHA-256 of bytes, as 32 new ones. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** The two hashes a tree is made of. A faster one than `treeHasher`'s may be handed in. */
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

/** The hash of the complete subtree of 2^level leaves that begins at leaf `index` × 2^level. */
export type HashReader = (level: number, index: number) => Hash

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

/** @throws RangeError where there are not 32 bytes */
export function asHash(bytes: Uint8Array): Hash {
  if (bytes.length !== HASH_BYTES) throw new RangeError(`a hash has 32 bytes, not ${bytes.length}`)
  return bytes as Hash
}

/** A copy of the hash at `position` (counted in hashes) of packed ones. */
export function hashAt(packed: Uint8Array, position: number): Hash {
  return asHash(hashesAt(packed, position, 1))
}

/**
 * A copy of `count` packed hashes from `from`. Not by `slice`: that of Node's Buffer does not copy.
 */
function hashesAt(packed: Uint8Array, from: number, count: number): Uint8Array {
  return new Uint8Array(packed.subarray(from * HASH_BYTES, (from + count) * HASH_BYTES))
}

export function equalHashes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function leafHash(hasher: TreeHasher, entry: Uint8Array): Hash {
  const hash = new Uint8Array(HASH_BYTES)
  hasher.leaf(entry, 0, entry.length, hash, 0)
  return hash as Hash
}

export function nodeHash(hasher: TreeHasher, left: Hash, right: Hash): Hash {
  const pair = new Uint8Array(2 * HASH_BYTES)
  pair.set(left)
  pair.set(right, HASH_BYTES)
  hasher.node(pair, 0, pair, 0)
  return hashAt(pair, 0)
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export function emptyRoot(hasher: TreeHasher): Hash {
  return asHash(new Uint8Array(hasher.sha256(new Uint8Array(0))))
}

/**
 * The root of the complete subtree over `count` packed hashes from `from`, both counted in hashes.
 * @param count a power of two, at most 256
 */
export function completeRoot(hasher: TreeHasher, packed: Uint8Array, from: number, count: number): Hash {
  const work = hashesAt(packed, from, count)
  for (let width = count; width > 1; width /= 2)
    for (let i = 0; i < width; i += 2) hasher.node(work, i * HASH_BYTES, work, (i / 2) * HASH_BYTES)
  return hashAt(work, 0)
}
