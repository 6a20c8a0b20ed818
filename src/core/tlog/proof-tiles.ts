/**
 * Computes proofs from tiles that are read asynchronously: first finds which tiles a proof needs,
 * then computes it.
 */
import { HASH_BYTES, type Hash, type HashReader, type TreeHasher } from './merkle.ts'
import { hashReader, TILE_WIDTH, type Tile, tilePath } from './tile.ts'

/**
 * Computes a proof from a reader of the tree's hashes. Which hashes it reads must depend only on
 * sizes and indexes.
 */
export type ProofMaker = (hasher: TreeHasher, read: HashReader) => Hash[]

/**
 * Reads the tiles that a proof needs, and computes it.
 * @param size the size of the tree
 * @param readTile returns the bytes of a tile of that tree, 32 per hash
 */
export async function proofFromTiles(
  hasher: TreeHasher,
  size: number,
  readTile: (tile: Tile) => Promise<Uint8Array>,
  make: ProofMaker,
): Promise<Hash[]> {
  // A proof over zeros shows which tiles are needed.
  const needed = new Map<string, Tile>()
  const nothing = new Uint8Array(TILE_WIDTH * HASH_BYTES)
  const blind: TreeHasher = { ...hasher, node: () => {} }
  make(
    blind,
    hashReader(blind, size, (tile) => {
      needed.set(tilePath(tile), tile)
      return nothing.subarray(0, tile.width * HASH_BYTES)
    }),
  )
  const tiles = new Map<string, Uint8Array>()
  await Promise.all([...needed].map(async ([path, tile]) => tiles.set(path, await readTile(tile))))
  return make(
    hasher,
    hashReader(hasher, size, (tile) => tiles.get(tilePath(tile))!),
  )
}
