/**
 * The tree over the leaves that the entries made: every tile of every level above the leaves rebuilt and compared with
 * the published one, and its root at every size that somebody asks for. No I/O but the reader.
 */

import { equalBytes } from '../tlog/bytes.ts'
import { HASH_BYTES, type Hash, type TreeHasher } from '../tlog/merkle.ts'
import { TILE_WIDTH, type Tile, tilePath } from '../tlog/tile.ts'
import { tileBuilder } from '../tlog/tile-builder.ts'
import type { FindingList } from './finding.ts'
import { type LogReader, readTileBytes } from './range.ts'

export interface TreeCheck {
  /** Appends packed leaf hashes. */
  readonly append: (leaves: Uint8Array) => Promise<void>
  readonly size: () => number
  /** At the sizes asked for and reached. */
  readonly rootAt: (size: number) => Hash | undefined
  /** Compares the partial tiles at the right edge. */
  readonly finish: () => Promise<Hash>
  /** Tiles above the leaves that were compared. */
  readonly tiles: () => number
}

/** @param sizes at which the root is wanted */
export function treeCheck(
  read: LogReader,
  hasher: TreeHasher,
  sizes: readonly number[],
  findings: FindingList,
): TreeCheck {
  const roots = new Map<number, Hash>()
  const wanted = [...new Set(sizes)].sort((a, b) => a - b)
  let full: { tile: Tile; bytes: Uint8Array }[] = []
  let tiles = 0
  const builder = tileBuilder(hasher, (tile, bytes) => {
    if (tile.level > 0) full.push({ tile, bytes })
  })

  const compare = async ({ tile, bytes }: { tile: Tile; bytes: Uint8Array }) => {
    tiles++
    const path = tilePath(tile)
    const published = await readTileBytes(read, tile)
    if (published === undefined) return findings.add('tile-missing', { path })
    if (published.length !== bytes.length)
      return findings.add('tile-width', { path }, `${published.length} bytes, not ${bytes.length}`)
    if (!equalBytes(published, bytes)) findings.add('tile-differs', { path })
  }

  const noteRoot = () => {
    while (wanted[0] !== undefined && wanted[0] <= builder.size()) {
      const size = wanted.shift()!
      if (size === builder.size()) roots.set(size, builder.root())
    }
  }
  noteRoot()

  return {
    append: async (leaves) => {
      const count = leaves.length / HASH_BYTES
      for (let done = 0; done < count; ) {
        const next = Math.min(count - done, (wanted[0] ?? Number.POSITIVE_INFINITY) - builder.size())
        builder.append(leaves, done, next)
        done += next
        noteRoot()
      }
      const compared = full
      full = []
      for (const each of compared) await compare(each)
    },
    size: builder.size,
    rootAt: (size) => roots.get(size),
    finish: async () => {
      for (const each of builder.partials()) if (each.tile.level > 0) await compare(each)
      return builder.root()
    },
    tiles: () => tiles,
  }
}

/** Level-0 tiles, and entry bundles, of a log. */
export function bundlesIn(size: number): number {
  return Math.ceil(size / TILE_WIDTH)
}
