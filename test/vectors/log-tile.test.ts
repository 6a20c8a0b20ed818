/**
 * Tiles and entry bundles of core/tlog compared with C2SP tlog-tiles, Go's paths and a tree
 * computed without tiles.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { compactRange } from '../../src/core/tlog/compact-range.ts'
import {
  bundleLeaves,
  bundleSpans,
  decodeBundle,
  encodeBundle,
  MOST_ENTRY_BYTES,
} from '../../src/core/tlog/entry-bundle.ts'
import { Malformed } from '../../src/core/tlog/malformed.ts'
import { HASH_BYTES, type Hash, leafHash } from '../../src/core/tlog/merkle.ts'
import { rangeRoot } from '../../src/core/tlog/merkle-proof.ts'
import {
  bundlePath,
  bundlesGrown,
  hashReader,
  parseTilePath,
  type Tile,
  tilePath,
  tilePlace,
  tilesGrown,
} from '../../src/core/tlog/tile.ts'
import { tileBuilder } from '../../src/core/tlog/tile-builder.ts'
import { anyCharacter } from '../any-character.ts'
import { HASHER } from '../log-keys.ts'

const MOST = 70_000
const LEAVES = new Uint8Array(MOST * HASH_BYTES)
for (let i = 0; i < MOST; i++) {
  const entry = Buffer.from(`entry ${i}`)
  HASHER.leaf(entry, 0, entry.length, LEAVES, i * HASH_BYTES)
}
const GO = JSON.parse(readFileSync(new URL('log-go.json', import.meta.url), 'utf8')) as {
  readonly paths: Readonly<Record<string, string>>
  readonly roots: Readonly<Record<string, string>>
}

test('paths are those of the specification and of golang.org/x/mod/sumdb/tlog, written and parsed', () => {
  assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067')
  assert.equal(bundlePath({ index: 1_234_067, width: 7 }), 'tile/entries/x001/x234/067.p/7')
  for (const [numbers, path] of Object.entries(GO.paths)) {
    const [level, index, width] = numbers.split('/').map(Number) as [number, number, number]
    assert.equal(tilePath({ level, index, width }), path)
    assert.deepEqual(parseTilePath(path), { kind: 'tile', level, index, width })
  }
  fc.assert(
    fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
      const path = tilePath({ level, index, width })
      assert.deepEqual(parseTilePath(path), { kind: 'tile', level, index, width })
      assert.deepEqual(parseTilePath(bundlePath({ index, width })), { kind: 'entries', index, width })
    }),
  )
})

test('hostile paths are refused, and each resource has exactly one path', () => {
  const bad = [
    '', 'tile', 'tile/0', 'tile/0/', 'tile/0/1', 'tile/0/01', 'tile/0/0001', 'tile/00/000',
    'tile/64/000', 'tile/-1/000', 'tile/0/x000/001', 'tile/0/x001', 'tile/0/001/002',
    'tile/0/x001/x002', 'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/000.p/',
    'tile/0/000.p', 'tile/0/../checkpoint', 'tile/0/000/..', '/tile/0/000', 'tile/0/000\n',
    'tile/0/000 ', 'tile/0/٠٠٠', 'TILE/0/000', 'tile/entries', 'tile/entries/x000/000',
    'tile/0/x009/x007/x199/x254/x740/992', `tile/0/${'x001/'.repeat(9999)}000`, 'tile//000',
    'tile/0/%30%30%30', 'tile/0/000.p/1/..', 'tile/data/000', 'tile/0/000.p/1.5', 'tile/0/000\u0000',
  ] // biome-ignore format: a list
  for (const path of bad) assert.equal(parseTilePath(path), undefined, path)
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.stringMatching(/^tile\/(entries|[0-9]{1,3})\/(x[0-9]{3}\/){0,7}[0-9]{2,4}(\.p\/[0-9]{1,4})?$/),
  )
  fc.assert(
    fc.property(hostile, (path) => {
      const named = parseTilePath(path)
      if (named !== undefined) assert.equal(named.kind === 'tile' ? tilePath(named) : bundlePath(named), path)
    }),
  )
  assert.throws(() => tilePath({ level: 0, index: -1, width: 1 }), RangeError)
  assert.throws(() => tilePath({ level: 0, index: 0, width: 0 }), RangeError)
})

test('the numbers of tiles of trees of 70,000 and 256 leaves are those of the specification', () => {
  const all = [...tilesGrown(0, MOST)]
  const widths = (level: number) => all.filter((tile) => tile.level === level).map(({ width }) => width)
  assert.deepEqual(widths(0), [...Array.from({ length: 273 }, () => 256), 112])
  assert.deepEqual(widths(1), [256, 17])
  assert.deepEqual(widths(2), [1])
  assert.equal(all.length, 277)
  assert.deepEqual([...tilesGrown(0, 256)].map(tilePath), ['tile/0/000', 'tile/1/000.p/1'])
  assert.deepEqual([...tilesGrown(0, 0)], [])
})

test('growth writes exactly the tiles that are new or wider', () => {
  const size = fc.nat(70_000 * 3)
  fc.assert(
    fc.property(size, size, (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const before = new Set([...tilesGrown(0, from)].map(tilePath))
      const fresh = [...tilesGrown(0, to)].filter((tile) => !before.has(tilePath(tile)))
      assert.deepEqual([...tilesGrown(from, to)], fresh)
      const bundles = new Set([...bundlesGrown(0, from)].map(bundlePath))
      assert.deepEqual(
        [...bundlesGrown(from, to)],
        [...bundlesGrown(0, to)].filter((bundle) => !bundles.has(bundlePath(bundle))),
      )
    }),
    { numRuns: 60 },
  )
})

interface Built {
  readonly tiles: Map<string, Uint8Array>
  readonly root: Hash
}

/** Builds a tree in steps of these sizes, and restarts from its partial tiles after each step. */
function built(steps: readonly number[]): Built {
  const tiles = new Map<string, Uint8Array>()
  const keep = (tile: Tile, bytes: Uint8Array) => {
    const path = tilePath(tile)
    assert.ok(!tiles.has(path), `${path} came twice`)
    tiles.set(path, bytes)
  }
  let partials = new Map<string, Uint8Array>()
  let size = 0
  for (const step of steps) {
    const builder = tileBuilder(HASHER, keep, size, (tile) => partials.get(tilePath(tile))!)
    builder.append(LEAVES, size, step)
    size += step
    assert.equal(builder.size(), size)
    partials = new Map(builder.partials().map(({ tile, bytes }) => [tilePath(tile), bytes]))
  }
  const end = tileBuilder(HASHER, keep, size, (tile) => partials.get(tilePath(tile))!)
  for (const [path, bytes] of partials) tiles.set(path, bytes)
  return { tiles, root: end.root() }
}

test('tiles built in any steps, with restarts between them, are those of the tree', () => {
  const steps = fc.array(fc.oneof(fc.nat(700), fc.constantFrom(0, 1, 255, 256, 257, 512)), { maxLength: 12 })
  fc.assert(
    fc.property(steps, (sizes) => {
      const size = sizes.reduce((sum, step) => sum + step, 0)
      const { tiles, root } = built(sizes)
      assert.deepEqual([...tiles.keys()].sort(), [...tilesGrown(0, size)].map(tilePath).sort())
      const tree = compactRange(HASHER)
      for (let i = 0; i < size; i++) tree.append(LEAVES, i * HASH_BYTES)
      assert.deepEqual(root, tree.root())
      const read = hashReader(HASHER, size, (tile) => tiles.get(tilePath(tile))!)
      assert.deepEqual(rangeRoot(HASHER, read, 0, size), tree.root())
    }),
    { numRuns: 40 },
  )
})

test('70,000 leaves have the root of Go, and every hash is read back from the tiles', () => {
  const { tiles, root } = built([MOST])
  assert.equal(Buffer.from(root).toString('base64'), GO.roots[MOST])
  const read = hashReader(HASHER, MOST, (tile) => tiles.get(tilePath(tile))!)
  for (let level = 0; 2 ** level <= MOST; level++) {
    const last = Math.floor(MOST / 2 ** level) - 1
    for (const index of [0, last >> 1, last]) {
      const tree = compactRange(HASHER)
      for (let i = index * 2 ** level; i < (index + 1) * 2 ** level; i++) tree.append(LEAVES, i * HASH_BYTES)
      assert.deepEqual(read(level, index), tree.root(), `${level}, ${index}`)
    }
    assert.throws(() => read(level, last + 1), RangeError)
    assert.throws(() => read(level, -1), RangeError)
  }
  assert.throws(() => hashReader(HASHER, MOST, () => new Uint8Array(33))(0, 0), RangeError)
  // Subtree 135 at level 9 is leaves 69,120 to 69,632: hashes 270 and 271 of level 8, 14 and 15 of
  // tile 1.
  const tile = { level: 1, index: 1, width: 17 }
  assert.deepEqual(tilePlace(9, 135, MOST), { tile, first: 14, count: 2 })
})

test('a builder refuses to continue with tiles of another size', () => {
  const none = () => {}
  assert.throws(() => tileBuilder(HASHER, none, 3), RangeError)
  assert.throws(() => tileBuilder(HASHER, none, 3, () => new Uint8Array(64)), RangeError)
  assert.throws(() => tileBuilder(HASHER, none, -1), RangeError)
  assert.throws(() => tileBuilder(HASHER, none).append(new Uint8Array(33)), RangeError)
  assert.throws(() => tileBuilder(HASHER, none).append(LEAVES, MOST - 1, 2), RangeError)
})

const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 })

test('bundles are parsed back unchanged, and hash to the leaves', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const bytes = encodeBundle(list)
      assert.deepEqual(decodeBundle(bytes, list.length), list)
      const leaves = Buffer.concat(list.map((entry) => leafHash(HASHER, entry)))
      assert.deepEqual(Buffer.from(bundleLeaves(HASHER, bytes, list.length)), leaves)
    }),
  )
  const longest = new Uint8Array(MOST_ENTRY_BYTES)
  assert.deepEqual(decodeBundle(encodeBundle([longest]), 1), [longest])
  assert.throws(() => encodeBundle([new Uint8Array(MOST_ENTRY_BYTES + 1)]), RangeError)
  assert.throws(() => encodeBundle([]), RangeError)
  assert.throws(() => encodeBundle(Array.from({ length: 257 }, () => new Uint8Array(0))), RangeError)
})

test('a bundle that is cut, too long or of another width is refused; any other has one meaning', () => {
  fc.assert(
    fc.property(entries, fc.nat(), (list, cut) => {
      const bytes = encodeBundle(list)
      assert.throws(() => bundleSpans(bytes.subarray(0, cut % bytes.length), list.length), Malformed)
      assert.throws(() => bundleSpans(Buffer.concat([bytes, Buffer.from([0])]), list.length), Malformed)
      assert.throws(() => bundleSpans(bytes, list.length + 1), Malformed)
      assert.throws(() => bundleSpans(bytes, list.length - 1), Malformed)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (bytes, width) => {
      try {
        assert.deepEqual(encodeBundle(decodeBundle(bytes, width)), bytes)
      } catch (error) {
        assert.ok(error instanceof Malformed, String(error))
      }
    }),
  )
})
