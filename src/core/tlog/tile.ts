/**
 * Tiles of the public log (c2sp.org/tlog-tiles): which there are for a size, how they are named,
 * where a hash lies in them. A tile holds up to 256 hashes of one height. No I/O.
 */
import { completeRoot, HASH_BYTES, type HashReader, type TreeHasher } from './merkle.ts'

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256
/** Levels of the tree between a tile and the one above it. */
export const TILE_HEIGHT = 8
const MOST_LEVEL = 63

/** Tile `index` of `level`, `width` hashes wide: 1 to 256. */
export interface Tile {
  readonly level: number
  readonly index: number
  readonly width: number
}

/** A bundle of `width` entries, those of level-0 tile `index`. */
export interface Bundle {
  readonly index: number
  readonly width: number
}

/** `tile/<L>/<N>[.p/<W>]` */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${numberPath(index)}${partialPath(width)}`
}

/** `tile/entries/<N>[.p/<W>]` */
export function bundlePath({ index, width }: Bundle): string {
  return `tile/entries/${numberPath(index)}${partialPath(width)}`
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/

export type TilePath = ({ readonly kind: 'tile' } & Tile) | ({ readonly kind: 'entries' } & Bundle)

/**
 * What a path names, or undefined where it is not exactly what `tilePath` or `bundlePath` would
 * write.
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
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`no tile has number ${index}`)
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  return padded.replaceAll(/...(?=.)/g, 'x$&/')
}

function partialPath(width: number): string {
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new RangeError(`no tile is ${width} wide`)
  return width === TILE_WIDTH ? '' : `.p/${width}`
}

/**
 * The tiles of a tree of `to` leaves that the tree of `from` leaves has not, or has narrower: what
 * to write when it grows. With `from` 0 all of its tiles. Level by level from 0, within a level by
 * index.
 */
export function* tilesGrown(from: number, to: number): Generator<Tile, void> {
  for (let level = 0; ; level++) {
    const hashes = hashesAtLevel(to, level)
    if (hashes === 0) return
    for (const bundle of spansGrown(hashesAtLevel(from, level), hashes)) yield { level, ...bundle }
  }
}

/** The entry bundles that a growth adds or widens, by index. */
export function bundlesGrown(from: number, to: number): Generator<Bundle, void> {
  return spansGrown(from, to)
}

function* spansGrown(from: number, to: number): Generator<Bundle, void> {
  if (from === to) return
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++)
    yield { index, width: Math.min(TILE_WIDTH, to - index * TILE_WIDTH) }
}

/** Hashes that a tree of `size` leaves has in the tiles of a level. */
export function hashesAtLevel(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}

/** Where the hash of the complete subtree (level, index) of a tree of `size` leaves comes from. */
export interface TilePlace {
  readonly tile: Tile
  /** First hash of the tile below it, and how many: a power of two. */
  readonly first: number
  readonly count: number
}

/** @throws RangeError where the tree has no such subtree */
export function tilePlace(level: number, index: number, size: number): TilePlace {
  const tileLevel = Math.floor(level / TILE_HEIGHT)
  const count = 2 ** (level % TILE_HEIGHT)
  const start = index * count
  const tileIndex = Math.floor(start / TILE_WIDTH)
  const width = Math.min(TILE_WIDTH, hashesAtLevel(size, tileLevel) - tileIndex * TILE_WIDTH)
  const first = start - tileIndex * TILE_WIDTH
  if (!(index >= 0) || first + count > width)
    throw new RangeError(`a tree of ${size} has no subtree ${index} at level ${level}`)
  return { tile: { level: tileLevel, index: tileIndex, width }, first, count }
}

/**
 * Reads the hashes of a tree of `size` leaves out of its tiles.
 * @param readTile the bytes of a tile of that tree, 32 per hash; called once per hash, so what is
 *   read often is for it to keep
 * @throws RangeError from the reader where a tile has another length
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
