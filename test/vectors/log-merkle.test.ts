/**
 * The Merkle tree of core/tlog against the vectors of Certificate Transparency and of Go, and
 * against a tree written down as RFC 6962 section 2.1 defines it.
 */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { base64, fromBase64 } from '../../src/core/tlog/base64.ts'
import { compactRange } from '../../src/core/tlog/compact-range.ts'
import {
  asHash,
  completeRoot,
  emptyRoot,
  HASH_BYTES,
  type Hash,
  type HashReader,
  leafHash,
  nodeHash,
  treeHasher,
} from '../../src/core/tlog/merkle.ts'
import {
  consistencyProof,
  inclusionProof,
  rangeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../src/core/tlog/merkle-proof.ts'
import { HASHER } from '../log-keys.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const entryOf = (i: number) => Buffer.from(`entry ${i}`)
const plain = (bytes: Uint8Array) => asHash(new Uint8Array(bytes))
const leafOf = (i: number) => leafHash(HASHER, entryOf(i))

/** MTH of RFC 6962 section 2.1, as it stands there. */
function naiveRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return plain(hash('sha256', '', 'buffer'))
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  const pair = [Buffer.from([1]), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
  return plain(hash('sha256', Buffer.concat(pair), 'buffer'))
}

const LEAVES = Array.from({ length: 600 }, (_, i) => leafOf(i))
const reader: HashReader = (level, index) =>
  naiveRoot(LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level))
const ROOTS = Array.from({ length: 71 }, (_, size) => naiveRoot(LEAVES.slice(0, size)))

/** With one bit turned. */
function flipped<T extends Uint8Array>(bytes: T, bit: number): T {
  const copy = bytes.slice() as T
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}

test('Certificate Transparency: the roots of its eight leaves', () => {
  // transparency-dev/merkle and every CT implementation have these; the first is: printf '' |
  // sha256sum, the second: printf '\0' | sha256sum
  const inputs = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ]
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]
  const tree = compactRange(HASHER)
  assert.equal(hex(tree.root()), roots[0])
  for (const [i, input] of inputs.entries()) {
    tree.append(leafHash(HASHER, Buffer.from(input, 'hex')))
    assert.equal(hex(tree.root()), roots[i + 1])
  }
})

test('RFC 6962 section 2.1.3: the proofs of its tree of seven leaves', () => {
  const [a, b, c, d, e, f, j] = LEAVES as [Hash, Hash, Hash, Hash, Hash, Hash, Hash]
  const [g, h, i] = [nodeHash(HASHER, a, b), nodeHash(HASHER, c, d), nodeHash(HASHER, e, f)]
  const [k, l] = [nodeHash(HASHER, g, h), nodeHash(HASHER, i, j)]
  assert.deepEqual(inclusionProof(HASHER, reader, 0, 7), [b, h, l])
  assert.deepEqual(inclusionProof(HASHER, reader, 3, 7), [c, g, l])
  assert.deepEqual(inclusionProof(HASHER, reader, 4, 7), [f, j, k])
  assert.deepEqual(inclusionProof(HASHER, reader, 6, 7), [i, k])
  assert.deepEqual(consistencyProof(HASHER, reader, 3, 7), [c, d, g, l])
  assert.deepEqual(consistencyProof(HASHER, reader, 4, 7), [l])
  assert.deepEqual(consistencyProof(HASHER, reader, 6, 7), [i, j, k])
})

interface GoProof {
  readonly old: number
  readonly size: number
  readonly hashes: readonly string[]
}
// cd test/go && go run ./vectors > ../vectors/log-go.json
const GO = JSON.parse(readFileSync(new URL('log-go.json', import.meta.url), 'utf8')) as {
  readonly roots: Readonly<Record<string, string>>
  readonly inclusion: readonly GoProof[]
  readonly consistency: readonly GoProof[]
}

test('golang.org/x/mod/sumdb/tlog: roots and proofs up to 70,000 leaves', () => {
  const most = 70_000
  const levels: Hash[][] = [Array.from({ length: most }, (_, i) => leafOf(i))]
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!)
    levels.push(
      Array.from({ length: below.length >> 1 }, (_, i) => nodeHash(HASHER, below[2 * i]!, below[2 * i + 1]!)),
    )
  const read: HashReader = (level, index) => levels[level]![index]!
  const tree = compactRange(HASHER)
  for (const leaf of levels[0]!) {
    tree.append(leaf)
    const root = GO.roots[tree.size()]
    if (root !== undefined) assert.equal(base64(tree.root()), root, `size ${tree.size()}`)
  }
  const rootOf = (size: number) => rangeRoot(HASHER, read, 0, size)
  for (const { old, size, hashes } of GO.inclusion) {
    assert.deepEqual(inclusionProof(HASHER, read, old, size).map(base64), hashes)
    const proof = hashes.map((text) => asHash(fromBase64(text)))
    assert.ok(verifyInclusion(HASHER, read(0, old), old, size, proof, rootOf(size)))
  }
  for (const { old, size, hashes } of GO.consistency) {
    assert.deepEqual(consistencyProof(HASHER, read, old, size).map(base64), hashes)
    const proof = hashes.map((text) => asHash(fromBase64(text)))
    assert.ok(verifyConsistency(HASHER, old, size, proof, rootOf(old), rootOf(size)))
  }
})

test('every root, inclusion and consistency up to 70 leaves is that of the naive tree', () => {
  const tree = compactRange(HASHER)
  for (let size = 0; size <= 70; size++) {
    const root = ROOTS[size]!
    assert.deepEqual(tree.root(), root)
    assert.deepEqual(compactRange(HASHER, size, tree.peaks()).root(), root)
    for (let i = 0; i < size; i++) {
      const proof = inclusionProof(HASHER, reader, i, size)
      assert.ok(verifyInclusion(HASHER, LEAVES[i]!, i, size, proof, root), `${i} in ${size}`)
    }
    for (let old = 0; old <= size; old++) {
      const proof = consistencyProof(HASHER, reader, old, size)
      assert.ok(verifyConsistency(HASHER, old, size, proof, ROOTS[old]!, root), `${old} to ${size}`)
    }
    tree.append(LEAVES[size]!)
  }
})

test('no bit of an inclusion proof, its leaf or its root may be another, nor may the index or the length', () => {
  for (let size = 1; size <= 9; size++)
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(HASHER, reader, index, size)
      const [leaf, root] = [LEAVES[index]!, ROOTS[size]!]
      const holds = (l: Hash, i: number, p: readonly Hash[], r: Hash) =>
        verifyInclusion(HASHER, l, i, size, p, r)
      for (let bit = 0; bit < 256; bit++) {
        assert.equal(holds(flipped(leaf, bit), index, proof, root), false)
        assert.equal(holds(leaf, index, proof, flipped(root, bit)), false)
        for (let at = 0; at < proof.length; at++)
          assert.equal(holds(leaf, index, proof.with(at, flipped(proof[at]!, bit)), root), false)
      }
      for (let other = -1; other <= size + 1; other++)
        assert.equal(holds(leaf, other, proof, root), other === index, `${other} for ${index} of ${size}`)
      assert.equal(holds(leaf, index, [...proof, leaf], root), false)
      assert.equal(holds(leaf, index, [leaf, ...proof], root), false)
      if (proof.length > 0) assert.equal(holds(leaf, index, proof.slice(1), root), false)
      if (proof.length > 0) assert.equal(holds(leaf, index, proof.slice(0, -1), root), false)
      for (const bad of [Number.NaN, 0.5, -0.5, 2 ** 53, Number.POSITIVE_INFINITY]) {
        assert.equal(holds(leaf, bad, proof, root), false)
        assert.equal(verifyInclusion(HASHER, leaf, index, bad, proof, root), false)
      }
    }
})

test('no bit of a consistency proof or of its roots may be another, nor may the length', () => {
  for (let size = 1; size <= 9; size++)
    for (let old = 0; old <= size; old++) {
      const proof = consistencyProof(HASHER, reader, old, size)
      const [oldRoot, root] = [ROOTS[old]!, ROOTS[size]!]
      const holds = (p: readonly Hash[], o: Hash, r: Hash) => verifyConsistency(HASHER, old, size, p, o, r)
      for (let bit = 0; bit < 256; bit++) {
        assert.equal(holds(proof, flipped(oldRoot, bit), root), false)
        // Every tree begins with the empty one: nothing is said of the new root then.
        if (old > 0) assert.equal(holds(proof, oldRoot, flipped(root, bit)), false)
        for (let at = 0; at < proof.length; at++)
          assert.equal(holds(proof.with(at, flipped(proof[at]!, bit)), oldRoot, root), false)
      }
      assert.equal(holds([...proof, root], oldRoot, root), false)
      assert.equal(holds([root, ...proof], oldRoot, root), false)
      if (proof.length > 0) assert.equal(holds(proof.slice(1), oldRoot, root), false)
      if (proof.length > 0) assert.equal(holds(proof.slice(0, -1), oldRoot, root), false)
      if (old < size) assert.equal(verifyConsistency(HASHER, size, old, proof, root, oldRoot), false)
    }
})

test('trees of any size below 2^53', () => {
  // All leaves are alike but one: subtrees of a height are alike but the one above that leaf.
  const size = fc.oneof(
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.integer({ min: 0, max: 52 }).map((bit) => 2 ** bit),
    fc.constant(Number.MAX_SAFE_INTEGER),
  )
  const plain = [LEAVES[0]!]
  for (let level = 0; level < 53; level++) plain.push(nodeHash(HASHER, plain[level]!, plain[level]!))
  fc.assert(
    fc.property(size, fc.double({ min: 0, max: 1, noNaN: true }), (leaves, at) => {
      const odd = Math.min(leaves - 1, Math.floor(at * leaves))
      const marked = [LEAVES[1]!]
      for (let level = 0; level < 53; level++) {
        const isRight = Math.floor(odd / 2 ** level) % 2 === 1
        const [one, other] = [marked[level]!, plain[level]!]
        marked.push(isRight ? nodeHash(HASHER, other, one) : nodeHash(HASHER, one, other))
      }
      const read: HashReader = (level, index) =>
        index === Math.floor(odd / 2 ** level) ? marked[level]! : plain[level]!
      const root = rangeRoot(HASHER, read, 0, leaves)
      const proof = inclusionProof(HASHER, read, odd, leaves)
      assert.ok(verifyInclusion(HASHER, LEAVES[1]!, odd, leaves, proof, root))
      assert.ok(!verifyInclusion(HASHER, LEAVES[0]!, odd, leaves, proof, root))
      const path = consistencyProof(HASHER, read, odd + 1, leaves)
      assert.ok(verifyConsistency(HASHER, odd + 1, leaves, path, rangeRoot(HASHER, read, 0, odd + 1), root))
      if (odd > 0)
        assert.ok(!verifyConsistency(HASHER, odd, leaves, path, rangeRoot(HASHER, read, 0, odd), root))
    }),
  )
})

test('a compact range takes whole subtrees where they fit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }), (levels) => {
      const tree = compactRange(HASHER)
      for (const level of levels) {
        const size = tree.size()
        if (size % 2 ** level !== 0) assert.throws(() => tree.appendSubtree(level, LEAVES[0]!), RangeError)
        else if (size + 2 ** level <= LEAVES.length)
          tree.appendSubtree(level, reader(level, size / 2 ** level))
      }
      assert.deepEqual(tree.root(), naiveRoot(LEAVES.slice(0, tree.size())))
    }),
  )
  assert.throws(() => compactRange(HASHER, 3, [LEAVES[0]!]), RangeError)
  assert.throws(() => compactRange(HASHER, -1), RangeError)
})

test('a hasher made of plain SHA-256 gives the same hashes, in place too', () => {
  const portable = treeHasher((bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')))
  assert.deepEqual(emptyRoot(portable), emptyRoot(HASHER))
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 6000 }), fc.nat(32), (bytes, at) => {
      assert.deepEqual(leafHash(portable, bytes), leafHash(HASHER, bytes))
      const [one, other] = [bytes.slice(), bytes.slice()]
      portable.node(one, 0, one, at)
      HASHER.node(other, 0, other, at)
      assert.deepEqual(one, other)
      const pair = Buffer.concat([Buffer.from([1]), bytes.subarray(0, 64)])
      assert.equal(hex(one.subarray(at, at + HASH_BYTES)), hash('sha256', pair))
    }),
  )
  const packed = Buffer.concat(LEAVES.slice(0, 256))
  const before = hex(packed)
  assert.deepEqual(completeRoot(HASHER, packed, 128, 64), naiveRoot(LEAVES.slice(128, 192)))
  // A Buffer's slice is no copy: what is read must be left as it was.
  assert.equal(hex(packed), before)
})

test('what cannot be asked', () => {
  for (const [index, size] of [
    [0, 0],
    [1, 1],
    [-1, 3],
    [0.5, 3],
    [0, 2 ** 53],
  ] as const)
    assert.throws(() => inclusionProof(HASHER, reader, index, size), RangeError)
  for (const [old, size] of [
    [2, 1],
    [-1, 1],
    [0, Number.NaN],
  ] as const)
    assert.throws(() => consistencyProof(HASHER, reader, old, size), RangeError)
  assert.throws(() => asHash(new Uint8Array(31)), RangeError)
})
