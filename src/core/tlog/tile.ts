/**
 * Tiles of the public log (C2SP tlog-tiles): which tiles a tree of a size has, their paths, and the
 * position of a hash in them. A tile has up to 256 hashes of one level.
 */
import { completeRoot, HASH_BYTES, type HashReader, type TreeHasher } from './merkle.ts'

/** The number of hashes in a full tile, and of entries in a full bundle. */
export const TILE_WIDTH = 256
/** Levels of the tree between a tile and the tile above it. */
export const TILE_HEIGHT = 8
const MOST_LEVEL = 63

/** Tile `index` of `level` with `width` hashes, 1 to 256. */
export interface Tile {
  readonly level: number
  readonly index: number
  readonly width: number
}

/** A bundle of `width` entries, which belong to level-0 tile `index`. */
export interface Bundle {
  readonly index: number
  readonly width: number
}

/** @returns `tile/<L>/<N>[.p/<W>]` (C2SP tlog-tiles) */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${numberPath(index)}${partialPath(width)}`
}

/** @returns `tile/entries/<N>[.p/<W>]` (C2SP tlog-tiles) */
export function bundlePath({ index, width }: Bundle): string {
  return `tile/entries/${numberPath(index)}${partialPath(width)}`
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/

export type TilePath = ({ readonly kind: 'tile' } & Tile) | ({ readonly kind: 'entries' } & Bundle)

/**
 * Parses the path of a tile or of an entry bundle (C2SP tlog-tiles).
 * @returns undefined if it is not exactly what `tilePath` or `bundlePath` writes
 */
export function parseTilePath(path: string): TilePath | undefined {
  const match = PATH.exec(path)
  if (match === null) return undefined
  const [, level = '', number = '', partial] = match
  if (number.startsWith('x000')) return undefined
  const index = Number(number.replaceAll(/[x/]/g, ''))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  if (index > Number.MAX_SAFE_INTEGER || (partial !== undefined && width >= TILE_WIDTH)) return undefined
  if (level === 'entries') return { kind: 'entries', index, width }
  return Number(level) > MOST_LEVEL ? undefined : { kind: 'tile', level: Number(level), index, width }
}

function numberPath(index: number): string {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`${index} is not the index of a tile`)
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  return padded.replaceAll(/...(?=.)/g, 'x$&/')
}

function partialPath(width: number): string {
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new RangeError(`${width} is not the width of a tile`)
  return width === TILE_WIDTH ? '' : `.p/${width}`
}

/**
 * The tiles that a growing tree must write: those that the tree of `to` leaves has, and the tree of
 * `from` leaves does not have or has narrower. All tiles if `from` is 0. By level from 0, then by
 * index.
 */
export function* tilesGrown(from: number, to: number): Generator<Tile, void> {
  for (let level = 0; ; level++) {
    const hashes = hashesAtLevel(to, level)
    if (hashes === 0) return
    for (const bundle of spansGrown(hashesAtLevel(from, level), hashes)) yield { level, ...bundle }
  }
}

/** The entry bundles that a growing tree must write, by index. */
export function bundlesGrown(from: number, to: number): Generator<Bundle, void> {
  return spansGrown(from, to)
}

function* spansGrown(from: number, to: number): Generator<Bundle, void> {
  if (from === to) return
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++)
    yield { index, width: Math.min(TILE_WIDTH, to - index * TILE_WIDTH) }
}

/** @returns the number of hashes that a tree of `size` leaves has in the tiles of a level */
export function hashesAtLevel(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}

/** Where the hash of the complete subtree (level, index) comes from. */
export interface TilePlace {
  readonly tile: Tile
  /** The first hash of the tile that is below it, and the number of such hashes, a power of two. */
  readonly first: number
  readonly count: number
}

/**
 * Finds the tile with the hash of a complete subtree, or with the hashes below it.
 * @throws {RangeError} if a tree of `size` leaves has no such subtree
 */
export function tilePlace(level: number, index: number, size: number): TilePlace {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const count = 2 ** (level % TILE_HEIGHT)
  const start = index * count
  const tileIndex = Math.floor(start / TILE_WIDTH)
  const width = Math.min(TILE_WIDTH, hashesAtLevel(size, tileLevel) - tileIndex * TILE_WIDTH)
  const first = start - tileIndex * TILE_WIDTH
  if (!(index >= 0) || first + count > width)
    throw new RangeError(`a tree of ${size} leaves has no subtree ${index} at level ${level}`)
  return { tile: { level: tileLevel, index: tileIndex, width }, first, count }
}

/**
 * Creates a reader of the hashes of a tree of `size` leaves from its tiles.
 * @param readTile returns the bytes of a tile of that tree, 32 per hash. It is called for every
 *   hash, so it should keep tiles that are read often
 * @throws {RangeError} (from the reader) if a tile has another length
 */
export function hashReader(
  hasher: TreeHasher,
  size: number,
  readTile: (tile: Tile) => Uint8Array,
): HashReader {
  return (level, index) => {
    const { tile, first, count } = tilePlace(level, index, size)
    const bytes = readTile(tile)
    if (bytes.length !== tile.width * HASH_BYTES)
      throw new RangeError(`${tilePath(tile)} has ${bytes.length} bytes, not ${tile.width * HASH_BYTES}`)
    return completeRoot(hasher, bytes, first, count)
  }
}
