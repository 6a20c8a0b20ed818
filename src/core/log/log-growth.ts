/**
 * A public log that grows batch by batch: ballots in, told by the release rule, ordered by leaf
 * hash, out as tiles, entry bundles and a root. The same ballots in the same batches give the same
 * bytes, so a batch that was cut off is made again, and a log can be checked against the ballots it
 * was made from. No I/O.
 */
import type { Choices } from '../election/choices.ts'
import type { PublishedGroup } from '../tally/published-batch.ts'
import { bundleLeaves } from '../tlog/entry-bundle.ts'
import { equalHashes, type Hash, type TreeHasher } from '../tlog/merkle.ts'
import { type Bundle, bundlePath, hashesAtLevel, TILE_WIDTH, type Tile, tilePath } from '../tlog/tile.ts'
import { tileBuilder } from '../tlog/tile-builder.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { type LeafBatch, leafBatch } from './leaf-batch.ts'
import type { BallotColumns, PublishedBallots, ReleaseRule } from './release-rule.ts'

export interface LogFile {
  /** Below the log's folder, as `tilePath` and `bundlePath` write it. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly width: number
  readonly index: number
  /** null for a bundle of entries. */
  readonly level: number | null
}

/** A log to go on from: its size and what lies at its right edge. */
export interface LogEdge {
  readonly size: number
  readonly readTile: (tile: Tile) => Uint8Array
  /** Called only where entries are written. */
  readonly readBundle: (bundle: Bundle) => Uint8Array
}

export interface LogGrowth {
  /** Takes ballots of the batch that is being made. */
  readonly take: (ballots: BallotColumns) => void
  /**
   * Ends the batch: what may be told by now is in the log.
   * @param everything held ballots too, whatever the gate says: voting has closed
   * @returns leaves added
   */
  readonly endBatch: (everything: boolean) => number
  /** A batch of one entry that is no ballot. */
  readonly addRecord: (text: string) => void
  readonly size: () => number
  readonly root: () => Hash
  /** Ballots taken or passed, and of these those that are not in the log. */
  readonly taken: () => number
  readonly held: () => number
  /** Takes ballots of an earlier batch, which the edge it began with has. */
  readonly pass: (ballots: BallotColumns) => void
  /** Ends a batch that was passed: what it told is in the log already. */
  readonly endPassed: (everything: boolean) => void
  /** What was told, passed batches too, since the last call. */
  readonly drainPublished: () => readonly PublishedGroup[]
  /** Files that became full since the last call. */
  readonly drainFull: () => LogFile[]
  /** The partial files at the right edge. */
  readonly partials: () => LogFile[]
}

export interface GrowthDeps {
  readonly hasher: TreeHasher
  /** What entries begin with, by district (entry.ts). */
  readonly entryStarts: readonly string[]
  readonly rule: ReleaseRule
  /** Whether what is told is counted. */
  readonly counts: boolean
  /** Whether bundles of entries are made. */
  readonly withEntries: boolean
  readonly edge?: LogEdge
}

/** @throws RangeError, Malformed where the edge is not that of such a log */
export function logGrowth({ hasher, entryStarts, rule, counts, withEntries, edge }: GrowthDeps): LogGrowth {
  const batch = leafBatch(hasher)
  const starts = entryStarts.map(utf8Bytes)
  let full: LogFile[] = []
  const tiles = tileBuilder(
    hasher,
    (tile, bytes) => full.push({ path: tilePath(tile), bytes, ...tile }),
    edge?.size,
    edge?.readTile,
  )
  const bundles = bundleBuilder(hasher, (file) => full.push(file), withEntries ? edge : undefined)
  let published = publishedCounter()
  let taken = 0

  const publishBatch = (): number => {
    batch.sort()
    const count = batch.count()
    tiles.append(batch.hashes())
    if (withEntries) bundles.append(batch)
    batch.clear()
    return count
  }
  const count = (district: number, choices: Choices): void => {
    if (counts) published.add(district, choices)
  }
  const added = addedTo(batch, starts, count)
  const counted: PublishedBallots = { ballot: count, hashed: count }

  return {
    take: (ballots) => {
      taken += ballots.count
      rule.take(ballots, added)
    },
    endBatch: (everything) => {
      rule.endBatch(everything, added)
      return publishBatch()
    },
    addRecord: (text) => {
      batch.add(text)
      publishBatch()
    },
    size: tiles.size,
    root: tiles.root,
    taken: () => taken,
    held: rule.held,
    pass: (ballots) => {
      taken += ballots.count
      rule.take(ballots, counted)
    },
    endPassed: (everything) => rule.endBatch(everything, counted),
    drainPublished: () => {
      const groups = published.groups()
      published = publishedCounter()
      return groups
    },
    drainFull: () => {
      const drained = full
      full = []
      return drained
    },
    partials: () => {
      const partial = tiles.partials().map(({ tile, bytes }) => ({ path: tilePath(tile), bytes, ...tile }))
      return [...partial, ...bundles.partials()]
    },
  }
}

/** What is told becomes entries of the batch, and is counted. */
function addedTo(
  batch: LeafBatch,
  starts: readonly Uint8Array[],
  count: (district: number, choices: Choices) => void,
): PublishedBallots {
  return {
    ballot: (district, choices, nonces, nonceAt) => {
      batch.addBallot(starts[district]!, choices, nonces, nonceAt)
      count(district, choices)
    },
    hashed: (district, choices, entries, i) => {
      batch.addHashed(entries, i)
      count(district, choices)
    },
  }
}

/** Ballots told, those that say the same together. */
function publishedCounter() {
  const byDistrict = new Map<number, Map<Choices, number>>()
  return {
    add: (district: number, choices: Choices): void => {
      const own = byDistrict.get(district) ?? new Map<Choices, number>()
      byDistrict.set(district, own)
      own.set(choices, (own.get(choices) ?? 0) + 1)
    },
    groups: (): PublishedGroup[] =>
      [...byDistrict].flatMap(([district, own]) =>
        [...own].map(([choices, times]) => ({ district, choices, times })),
      ),
  }
}

/**
 * The right edge of a log of that size, out of its files; undefined where they are not all there.
 */
export async function readEdge(
  read: (path: string) => Promise<Uint8Array | undefined>,
  size: number,
  withEntries: boolean,
): Promise<LogEdge | undefined> {
  const files = new Map<string, Uint8Array>()
  for (const path of edgePaths(size, withEntries)) {
    const bytes = await read(path)
    if (bytes === undefined) return undefined
    files.set(path, bytes)
  }
  return {
    size,
    readTile: (tile) => files.get(tilePath(tile))!,
    readBundle: (bundle) => files.get(bundlePath(bundle))!,
  }
}

function edgePaths(size: number, withEntries: boolean): string[] {
  const paths: string[] = []
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    const hashes = hashesAtLevel(size, level)
    const tile = { level, index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH }
    if (tile.width > 0) paths.push(tilePath(tile))
    if (tile.width > 0 && level === 0 && withEntries) paths.push(bundlePath(tile))
  }
  return paths
}

/** Entry bundles that fill up, and the partial one. */
function bundleBuilder(hasher: TreeHasher, onFull: (file: LogFile) => void, edge: LogEdge | undefined) {
  const size = edge?.size ?? 0
  let index = Math.floor(size / TILE_WIDTH)
  let width = size % TILE_WIDTH
  let bytes: Uint8Array = new Uint8Array(0)
  if (edge !== undefined && width > 0) {
    bytes = edge.readBundle({ index, width })
    if (!equalHashes(bundleLeaves(hasher, bytes, width), edge.readTile({ level: 0, index, width })))
      throw new RangeError('the entries at the edge are not those of its tile')
  }
  const file = (): LogFile => ({ path: bundlePath({ index, width }), bytes, index, width, level: null })
  return {
    append: (batch: LeafBatch): void => {
      const count = batch.count()
      for (let done = 0; done < count; ) {
        const end = Math.min(count, done + TILE_WIDTH - width)
        const larger = new Uint8Array(bytes.length + batch.bundleBytes(done, end))
        larger.set(bytes)
        batch.writeBundle(done, end, larger, bytes.length)
        bytes = larger
        width += end - done
        done = end
        if (width < TILE_WIDTH) continue
        onFull(file())
        index++
        width = 0
        bytes = new Uint8Array(0)
      }
    },
    partials: (): LogFile[] => (width === 0 ? [] : [file()]),
  }
}
