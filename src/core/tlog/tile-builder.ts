/**
 * Builds the tiles of a growing log from leaf hashes, and its root. It keeps the right edge of the
 * tree, one tile per level. The publisher writes the tiles; the verifier compares them.
 */
import { completeRoot, emptyRoot, HASH_BYTES, type Hash, nodeHash, type TreeHasher } from './merkle.ts'
import { hashesAtLevel, TILE_WIDTH, type Tile, tilePath } from './tile.ts'

const TILE_BYTES = TILE_WIDTH * HASH_BYTES

export interface TileBuilder {
  /** The number of leaves. */
  readonly size: () => number
  /**
   * Appends packed leaf hashes: `count` of them from `from`, both counted in hashes (default: all).
   * @throws {RangeError} if the array has fewer
   */
  readonly append: (leafHashes: Uint8Array, from?: number, count?: number) => void
  /**
   * Appends 256 leaves by the root of their subtree. The level-0 tile is neither kept nor passed to
   * `onFull`.
   * @throws {RangeError} if the last level-0 tile is not full
   */
  readonly appendRoot: (root: Uint8Array) => void
  /** Returns copies of the partial tiles at the right edge, by level. */
  readonly partials: () => readonly { readonly tile: Tile; readonly bytes: Uint8Array }[]
  readonly root: () => Hash
}

interface Edge {
  bytes: Uint8Array
  /** The number of hashes in it, 0 to 255. */
  width: number
  index: number
}

/**
 * Creates a builder that begins a tree, or continues one.
 * @param onFull receives each tile when it becomes full, lower levels first, and may keep the bytes
 * @param size the number of leaves of the tree to continue
 * @param readPartial returns the bytes of a partial tile of that tree; called immediately for each
 *   of them
 * @throws {RangeError} if a partial tile has another length
 */
export function tileBuilder(
  hasher: TreeHasher,
  onFull: (tile: Tile, bytes: Uint8Array) => void,
  size = 0,
  readPartial?: (tile: Tile) => Uint8Array,
): TileBuilder {
  const edges = edgesOf(size, readPartial)
  const work = new Uint8Array(TILE_BYTES)

  /**
   * Called when `edges[level]` is full: passes it to `onFull` and adds its root to the level above.
   */
  const carry = (level: number) => {
    const edge = edges[level]!
    const { bytes, index } = edge
    edges[level] = { bytes: new Uint8Array(TILE_BYTES), width: 0, index: index + 1 }
    tileRoot(hasher, bytes, work)
    onFull({ level, index, width: TILE_WIDTH }, bytes)
    lift(level + 1, work.subarray(0, HASH_BYTES))
  }
  /** Adds the root of a full tile to the tile above it. */
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
      if (edge.width !== 0 || root.length !== HASH_BYTES)
        throw new RangeError('a full tile may only follow a full tile, by a root of 32 bytes')
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
 * Computes the root over the 256 hashes of a full tile.
 * @param work has room for 256 hashes; the root is written to its first 32 bytes
 */
export function tileRoot(hasher: TreeHasher, tile: Uint8Array, work: Uint8Array): void {
  work.set(tile)
  for (let width = TILE_WIDTH; width > 1; width /= 2)
    for (let i = 0; i < width; i += 2) hasher.node(work, i * HASH_BYTES, work, (i / 2) * HASH_BYTES)
}

/** The root over the `width` hashes of a level and the subtree to their right. */
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
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not a number of leaves`)
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
