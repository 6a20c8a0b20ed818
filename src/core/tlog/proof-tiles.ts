/**
 * Proofs out of tiles that are read one after the other by somebody else: which ones it takes, and
 * then the proof.
 */
import { HASH_BYTES, type Hash, type HashReader, type TreeHasher } from './merkle.ts'
import { hashReader, TILE_WIDTH, type Tile, tilePath } from './tile.ts'

/**
 * Makes a proof from a reader of the tree's hashes; which it asks for may depend on sizes and
 * numbers alone.
 */
export type ProofMaker = (hasher: TreeHasher, read: HashReader) => Hash[]

/**
 * @param size of the tree the tiles belong to
 * @param readTile the bytes of a tile of that tree, 32 per hash
 */
export async function proofFromTiles(
  hasher: TreeHasher,
  size: number,
  readTile: (tile: Tile) => Promise<Uint8Array>,
  make: ProofMaker,
): Promise<Hash[]> {
  // A proof over nothing names the tiles it needs.
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
