/**
 * Builds the tiles of a growing log out of leaf hashes and knows its root: the right edge of the
 * tree, one tile a level. For the publisher, who writes the tiles, and for the verifier, who
 * compares them. No I/O.
 */
import { completeRoot, emptyRoot, HASH_BYTES, type Hash, nodeHash, type TreeHasher } from './merkle.ts'
import { hashesAtLevel, TILE_WIDTH, type Tile, tilePath } from './tile.ts'

const TILE_BYTES = TILE_WIDTH * HASH_BYTES

export interface TileBuilder {
  /** Leaves appended so far. */
  readonly size: () => number
  /**
   * Appends leaves by their hashes, packed: `count` of them from `from`, both counted in hashes
   * (default: all).
   * @throws RangeError where there are not so many
   */
  readonly append: (leafHashes: Uint8Array, from?: number, count?: number) => void
  /**
   * Appends 256 leaves whose root is known already, by that root: the level-0 tile is not kept, nor
   * given to `onFull`.
   * @throws RangeError where the leaves so far do not end with a full tile
   */
  readonly appendRoot: (root: Uint8Array) => void
  /** The partial tiles at the right edge, level by level, as copies. */
  readonly partials: () => readonly { readonly tile: Tile; readonly bytes: Uint8Array }[]
  readonly root: () => Hash
}

interface Edge {
  bytes: Uint8Array
  /** Hashes in it, 0 to 255. */
  width: number
  index: number
}

/**
 * @param onFull is given each tile the moment it is full, lower levels first; the bytes are its own
 *   to keep
 * @param size leaves of the tree that it continues
 * @param readPartial the bytes of that tree's partial tiles; called at once, for each of them
 * @throws RangeError where a partial tile has another length
 */
export function tileBuilder(
  hasher: TreeHasher,
  onFull: (tile: Tile, bytes: Uint8Array) => void,
  size = 0,
  readPartial?: (tile: Tile) => Uint8Array,
): TileBuilder {
  const edges = edgesOf(size, readPartial)
  const work = new Uint8Array(TILE_BYTES)

  /** Called when `edges[level]` has become full: it goes out, its root goes up. */
  const carry = (level: number) => {
    const edge = edges[level]!
    const { bytes, index } = edge
    edges[level] = { bytes: new Uint8Array(TILE_BYTES), width: 0, index: index + 1 }
    tileRoot(hasher, bytes, work)
    onFull({ level, index, width: TILE_WIDTH }, bytes)
    lift(level + 1, work.subarray(0, HASH_BYTES))
  }
  /** A full tile's root goes into the tile above it. */
  const lift = (level: number, root: Uint8Array) => {
    if (edges.length === level) edges.push({ bytes: new Uint8Array(TILE_BYTES), width: 0, index: 0 })
    const above = edges[level]!
    above.bytes.set(root, above.width * HASH_BYTES)
    if (++above.width === TILE_WIDTH) carry(level)
  }

  return {
    size: () => size,
    append: (leafHashes, from = 0, count = leafHashes.length / HASH_BYTES - from) => {
      if (!Number.isInteger(count) || count < 0 || (from + count) * HASH_BYTES > leafHashes.length)
        throw new RangeError(`${leafHashes.length} bytes do not hold ${count} hashes from number ${from}`)
      for (let done = 0; done < count; ) {
        const edge = edges[0]!
        const taken = Math.min(count - done, TILE_WIDTH - edge.width)
        const start = (from + done) * HASH_BYTES
        edge.bytes.set(leafHashes.subarray(start, start + taken * HASH_BYTES), edge.width * HASH_BYTES)
        edge.width += taken
        done += taken
        size += taken
        if (edge.width === TILE_WIDTH) carry(0)
      }
    },
    appendRoot: (root) => {
      const edge = edges[0]!
      if (edge.width !== 0 || root.length !== HASH_BYTES) throw new RangeError('no full tile can come here')
      edge.index++
      size += TILE_WIDTH
      lift(1, root)
    },
    partials: () =>
      edges.flatMap(({ bytes, width, index }, level) =>
        width === 0 ? [] : [{ tile: { level, index, width }, bytes: bytes.slice(0, width * HASH_BYTES) }],
      ),
    root: () => {
      let right: Hash | undefined
      for (const { bytes, width } of edges) right = joined(hasher, bytes, width, right)
      return right ?? emptyRoot(hasher)
    },
  }
}

/**
 * The root over the 256 hashes of a full tile, into the first 32 bytes of `work`, which has room
 * for all of them.
 */
export function tileRoot(hasher: TreeHasher, tile: Uint8Array, work: Uint8Array): void {
  work.set(tile)
  for (let width = TILE_WIDTH; width > 1; width /= 2)
    for (let i = 0; i < width; i += 2) hasher.node(work, i * HASH_BYTES, work, (i / 2) * HASH_BYTES)
}

/** The root over the `width` hashes of a level and what is right of them. */
function joined(
  hasher: TreeHasher,
  bytes: Uint8Array,
  width: number,
  right: Hash | undefined,
): Hash | undefined {
  let root = right
  for (let count = 1, end = width; end > 0; count *= 2) {
    if (end % (2 * count) === 0) continue
    const left = completeRoot(hasher, bytes, end - count, count)
    root = root === undefined ? left : nodeHash(hasher, left, root)
    end -= count
  }
  return root
}

function edgesOf(size: number, readPartial: ((tile: Tile) => Uint8Array) | undefined): Edge[] {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`no tree has ${size} leaves`)
  const edges: Edge[] = []
  for (let level = 0; level === 0 || hashesAtLevel(size, level) > 0; level++) {
    const hashes = hashesAtLevel(size, level)
    const [index, width] = [Math.floor(hashes / TILE_WIDTH), hashes % TILE_WIDTH]
    const bytes = new Uint8Array(TILE_BYTES)
    if (width > 0) {
      const tile = { level, index, width }
      const partial = readPartial?.(tile)
      if (partial?.length !== width * HASH_BYTES)
        throw new RangeError(
          `${tilePath(tile)} has ${partial?.length ?? 'no'} bytes, not ${width * HASH_BYTES}`,
        )
      bytes.set(partial)
    }
    edges.push({ bytes, width, index })
  }
  return edges
}
