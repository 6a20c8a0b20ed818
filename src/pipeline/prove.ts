/**
 * Prove: from a tracker to a tlog-proof under the published checkpoint, out of the log's own static
 * files. What it keeps in memory is an index of 8 bytes per leaf.
 */
import { parseCheckpoint } from '../core/tlog/checkpoint.ts'
import { type LeafIndex, leafIndex } from '../core/tlog/leaf-index.ts'
import { equalHashes, HASH_BYTES, hashAt, type TreeHasher } from '../core/tlog/merkle.ts'
import { inclusionProof } from '../core/tlog/merkle-proof.ts'
import { parseNote } from '../core/tlog/note.ts'
import { formatProof } from '../core/tlog/proof.ts'
import { proofFromTiles } from '../core/tlog/proof-tiles.ts'
import { TILE_WIDTH, type Tile, tilePath } from '../core/tlog/tile.ts'
import type { LogStore } from '../ports/log-store.ts'

export interface ProveDeps {
  readonly store: Pick<LogStore, 'read' | 'checkpoint'>
  readonly hasher: TreeHasher
}

/** @returns the proof's text, or undefined where the leaf is not under the published checkpoint */
export type ProveStep = (leaf: Uint8Array) => Promise<string | undefined>

/** Tiles read ahead while the index catches up. */
const TILES_AT_ONCE = 64

export function proveStep({ store, hasher }: ProveDeps): ProveStep {
  const index = leafIndex()
  let growing: Promise<void> = Promise.resolve()

  return async (leaf) => {
    const checkpoint = await store.checkpoint()
    if (checkpoint === undefined) return undefined
    const { size } = parseCheckpoint(parseNote(checkpoint).text)
    // One at a time, and a failed one does not stand in the way of the next.
    growing = growing.catch(() => {}).then(() => grow(store, index, size))
    await growing
    for (const number of index.candidates(leaf)) {
      if (number >= size) continue
      const read = tileReader(store, size)
      const hashes = await read(leafTile(number, size))
      if (!equalHashes(hashAt(hashes, number % TILE_WIDTH), leaf)) continue
      const path = await proofFromTiles(hasher, size, read, (hashing, hashes) =>
        inclusionProof(hashing, hashes, number, size),
      )
      return formatProof({ index: number, hashes: path, checkpoint })
    }
    return undefined
  }
}

/** Takes in the leaves of the tree of `size` that the index has not yet. */
async function grow(store: ProveDeps['store'], index: LeafIndex, size: number): Promise<void> {
  const read = tileReader(store, size)
  while (index.size() < size) {
    const first = Math.floor(index.size() / TILE_WIDTH)
    const last = Math.min(first + TILES_AT_ONCE, Math.ceil(size / TILE_WIDTH))
    const tiles = await Promise.all(
      Array.from({ length: last - first }, (_, i) => read(leafTile((first + i) * TILE_WIDTH, size))),
    )
    const joined = new Uint8Array(tiles.reduce((sum, tile) => sum + tile.length, 0))
    let at = 0
    for (const tile of tiles) {
      joined.set(tile, at)
      at += tile.length
    }
    index.add(joined.subarray((index.size() - first * TILE_WIDTH) * HASH_BYTES))
  }
}

function leafTile(number: number, size: number): Tile {
  const index = Math.floor(number / TILE_WIDTH)
  return { level: 0, index, width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) }
}

/** A partial tile that is gone has been superseded by the full one, which begins with it. */
function tileReader(store: ProveDeps['store'], size: number): (tile: Tile) => Promise<Uint8Array> {
  return async (tile) => {
    const bytes =
      (await store.read(tilePath(tile))) ?? (await store.read(tilePath({ ...tile, width: TILE_WIDTH })))
    if (bytes === undefined || bytes.length < tile.width * HASH_BYTES)
      throw new Error(`${tilePath(tile)} of the log of ${size} leaves cannot be read`)
    return bytes.subarray(0, tile.width * HASH_BYTES)
  }
}
