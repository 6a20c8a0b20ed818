/**
 * The tree over the leaves that the entries made: every tile of every level above the leaves
 * rebuilt and compared with the published one, and its root at every size that somebody asks for.
 * No I/O but the reader.
 */

import { equalBytes } from '../tlog/bytes.ts'
import { HASH_BYTES, type Hash, type TreeHasher } from '../tlog/merkle.ts'
import { TILE_WIDTH, type Tile, tilePath } from '../tlog/tile.ts'
import { tileBuilder } from '../tlog/tile-builder.ts'
import { type Finding, finding } from './finding.ts'
import { type LogReader, readTileBytes } from './range.ts'

export interface TreeCheck {
  /**
   * Appends packed leaf hashes, the first of which begins a tile.
   * @param roots of the full tiles that they make, packed
   * @returns what is wrong with the tiles above that they fill
   */
  readonly append: (leaves: Uint8Array, roots: Uint8Array) => Promise<readonly Finding[]>
  readonly size: () => number
  /** At the sizes asked for and reached. */
  readonly rootAt: (size: number) => Hash | undefined
  readonly root: () => Hash
  /** What is wrong with the partial tiles at the right edge. */
  readonly finish: () => Promise<readonly Finding[]>
  /** Tiles above the leaves that were compared. */
  readonly tiles: () => number
}

/** @param sizes at which the root is wanted */
export function treeCheck(read: LogReader, hasher: TreeHasher, sizes: readonly number[]): TreeCheck {
  const roots = new Map<number, Hash>()
  const wanted = [...new Set(sizes)].sort((a, b) => a - b)
  let full: MadeTile[] = []
  let tiles = 0
  const builder = tileBuilder(hasher, (tile, bytes) => {
    if (tile.level > 0) full.push({ tile, bytes })
  })

  const compare = async (made: readonly MadeTile[]): Promise<readonly Finding[]> => {
    const findings: Finding[] = []
    for (const { tile, bytes } of made) {
      tiles++
      const wrong = tileFinding(tile, bytes, await readTileBytes(read, tile))
      if (wrong !== undefined) findings.push(wrong)
    }
    return findings
  }

  const noteRoot = () => {
    while (wanted[0] !== undefined && wanted[0] <= builder.size()) {
      const size = wanted.shift()!
      if (size === builder.size()) roots.set(size, builder.root())
    }
  }
  noteRoot()

  return {
    append: async (leaves, roots) => {
      const count = leaves.length / HASH_BYTES
      for (let done = 0; done < count; ) {
        const most = Math.min(count - done, (wanted[0] ?? Number.POSITIVE_INFINITY) - builder.size())
        const inTile = done % TILE_WIDTH
        const next = Math.min(most, TILE_WIDTH - inTile)
        if (next === TILE_WIDTH) builder.appendRoot(rootOf(roots, done / TILE_WIDTH))
        else builder.append(leaves, done, next)
        done += next
        noteRoot()
      }
      const compared = full
      full = []
      return compare(compared)
    },
    size: builder.size,
    root: builder.root,
    rootAt: (size) => roots.get(size),
    finish: () => compare(builder.partials().filter(({ tile }) => tile.level > 0)),
    tiles: () => tiles,
  }
}

function rootOf(roots: Uint8Array, tile: number): Uint8Array {
  return roots.subarray(tile * HASH_BYTES, (tile + 1) * HASH_BYTES)
}

interface MadeTile {
  readonly tile: Tile
  readonly bytes: Uint8Array
}

/** @param made of the entries @param published undefined where there is none */
function tileFinding(tile: Tile, made: Uint8Array, published: Uint8Array | undefined): Finding | undefined {
  const path = tilePath(tile)
  if (published === undefined) return finding('tile-missing', { path })
  if (published.length !== made.length)
    return finding('tile-width', { path }, `${published.length} bytes, not ${made.length}`)
  return equalBytes(published, made) ? undefined : finding('tile-differs', { path })
}

/** Level-0 tiles, and entry bundles, of a log. */
export function bundlesIn(size: number): number {
  return Math.ceil(size / TILE_WIDTH)
}
