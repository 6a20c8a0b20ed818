/**
 * A stretch of the log: its entry bundles read, every entry checked and counted, every leaf hashed
 * and compared with the level-0 tile beside it. Stretches know nothing of each other, so several
 * can be worked at once. No I/O but the reader.
 */

import { equalBytes } from '../tlog/bytes.ts'
import { bundleSpans } from '../tlog/entry-bundle.ts'
import { Malformed } from '../tlog/malformed.ts'
import { HASH_BYTES, type TreeHasher } from '../tlog/merkle.ts'
import { type Bundle, bundlePath, TILE_WIDTH, type Tile, tilePath } from '../tlog/tile.ts'
import { tileRoot } from '../tlog/tile-builder.ts'
import { utf8Text } from '../tlog/utf8.ts'
import type { EntryRules } from './ballot.ts'
import { type BallotGroup, type BallotReader, ballotReader, NONCE_BYTES } from './ballot-reader.ts'
import { bundlesAtOnce, mostBundleBytes } from './bounds.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'
import { addedUp, type Findings } from './found.ts'

/**
 * Reads a resource below `log/`; undefined where there is none. Of one longer than `mostBytes` it
 * gives more than so many bytes, which is enough to know. Throws where it cannot be told.
 */
export type LogReader = (
  path: string,
  mostBytes: number,
) => Promise<Uint8Array | undefined> | Uint8Array | undefined

const TILE_BYTES = TILE_WIDTH * HASH_BYTES
/**
 * Bundles under way at once: what a distant server needs, and what a hostile one can fill memory
 * with.
 */
const READ_AHEAD = 8
/** What entries that are no ballots begin with, of every version. */
const SPECIAL_BYTES = [1, 2].map((v) => [...`{"v":${v},"entry":`].map((each) => each.charCodeAt(0)))
/** Entries of a stretch that are no ballots: an honest log has a handful in all. */
const MOST_SPECIALS = 100

export interface RangeJob {
  /** Leaves [from, to); `from` begins a bundle, and `to` ends one or the log. */
  readonly from: number
  readonly to: number
  /** Sizes within, ascending, at which the count is to be cut. */
  readonly cuts: readonly number[]
  /** Entries are not public yet: the level-0 tiles are taken as they are. */
  readonly hashesOnly: boolean
}

export interface RangePart {
  /** The size at which it ends. */
  readonly to: number
  readonly groups: readonly BallotGroup[]
}

export interface RangeReport extends Findings {
  readonly job: RangeJob
  /** Leaf hashes, packed, made from the entries. */
  readonly leaves: Uint8Array
  /** Of its full tiles, packed: the hash of the subtree above each. */
  readonly roots: Uint8Array
  /** 16 bytes per leaf, meaningless where `isBallot` is 0. */
  readonly nonces: Uint8Array
  readonly isBallot: Uint8Array
  /** Cut at every entry that is no ballot, and where the job says. */
  readonly parts: readonly RangePart[]
  readonly specials: readonly { readonly leaf: number; readonly text: string }[]
  /** Whether every entry could be read, and is what it may be. */
  readonly complete: boolean
  /**
   * Whether there is a place with neither entries nor hashes: of the tree past it nothing can be
   * said.
   */
  readonly broken: boolean
}

export type RangeChecker = (job: RangeJob) => Promise<RangeReport>

/** @param rules undefined where the election is not known: then entries are hashed only */
export function rangeChecker(
  read: LogReader,
  hasher: TreeHasher,
  rules: EntryRules | undefined,
): RangeChecker {
  const ballots = rules === undefined ? undefined : ballotReader(rules)
  const bundleBytes = mostBundleBytes(rules)
  const readAhead = bundlesAtOnce(bundleBytes, READ_AHEAD)

  return async (job) => {
    const stretch = stretchOf(job, hasher, ballots)
    const pairOf = (bundle: Bundle) => readPair(read, bundle, job.hashesOnly, bundleBytes)
    await inTurn(bundlesOf(job.from, job.to), readAhead, pairOf, stretch.take)
    return stretch.end()
  }
}

/** Reads some ahead, and hands each over in its turn. */
async function inTurn<Thing, Read>(
  things: readonly Thing[],
  readAhead: number,
  read: (thing: Thing) => Promise<Read>,
  take: (thing: Thing, read: Read) => void,
): Promise<void> {
  const ahead: Promise<Read>[] = []
  for (let i = 0; i < things.length + readAhead; i++) {
    const done = things[i - readAhead]
    if (done !== undefined) take(done, await ahead.shift()!)
    if (i < things.length) {
      const next = read(things[i]!)
      // One that fails while an earlier one is awaited must not count as unhandled: its turn comes.
      next.catch(() => {})
      ahead.push(next)
    }
  }
}

/** An entry bundle and its level-0 tile; undefined where there is none. */
type Pair = readonly [bundle: Uint8Array | undefined, tile: Uint8Array | undefined]

/**
 * The bundles of one stretch, in their order: what they say, and whether it is what their tiles
 * say.
 */
function stretchOf(job: RangeJob, hasher: TreeHasher, ballots: BallotReader | undefined) {
  const { from, to, hashesOnly } = job
  const leaves = new Uint8Array((to - from) * HASH_BYTES)
  const roots = new Uint8Array(Math.floor((to - from) / TILE_WIDTH) * HASH_BYTES)
  const work = new Uint8Array(TILE_BYTES)
  const entries = entriesOf(job, ballots)
  const findings: Finding[] = []
  let complete = true
  let broken = false

  const readBundle = (bundle: Bundle, bytes: Uint8Array, into: Uint8Array): boolean => {
    const spans = spansOf(bytes, bundle.width)
    if (spans === undefined) return false
    for (let i = 0; i < bundle.width; i++) {
      const at = spans[2 * i]!
      const end = spans[2 * i + 1]!
      const leaf = bundle.index * TILE_WIDTH + i
      const wrong = entries.take(bytes, at, end, leaf)
      if (wrong !== undefined) {
        complete = false
        findings.push(finding(wrong, { leaf }))
      }
      hasher.leaf(bytes, at, end, into, i * HASH_BYTES)
    }
    return true
  }

  const take = (bundle: Bundle, pair: Pair) => {
    const at = bundle.index * TILE_WIDTH - from
    const into = leaves.subarray(at * HASH_BYTES, (at + bundle.width) * HASH_BYTES)
    takeLeaves(bundle, pair, into)
    if (bundle.width < TILE_WIDTH) return
    tileRoot(hasher, into, work)
    roots.set(work.subarray(0, HASH_BYTES), (at / TILE_WIDTH) * HASH_BYTES)
  }

  const takeLeaves = (bundle: Bundle, [bytes, tile]: Pair, into: Uint8Array) => {
    const sound = soundTile(bundle, tile, findings)
    if (!hashesOnly) {
      if (bytes !== undefined && readBundle(bundle, bytes, into)) {
        if (sound !== undefined) compareLeaves(bundle, into, sound, findings)
        return
      }
      const path = bundlePath(bundle)
      findings.push(finding(bytes === undefined ? 'bundle-missing' : 'bundle-malformed', { path }))
    }
    if (!hashesOnly || sound === undefined) complete = false
    if (sound === undefined) broken = true
    // What is wrong here has been said: the tree above is built from the tile, where there is one.
    if (sound !== undefined) into.set(sound)
  }

  const end = (): RangeReport => {
    const { findings: kept, more } = addedUp([{ findings }])
    return { job, leaves, roots, ...entries.end(), findings: kept, more, complete, broken }
  }
  return { take, end }
}

/**
 * The entries of one stretch, in their order: ballots are counted, the others kept, and the count
 * cut between them.
 */
function entriesOf({ from, to, cuts }: RangeJob, ballots: BallotReader | undefined) {
  const nonces = new Uint8Array((to - from) * NONCE_BYTES)
  const isBallot = new Uint8Array(to - from)
  const parts: RangePart[] = []
  const specials: { leaf: number; text: string }[] = []
  let nextCut = 0
  const cut = (size: number) => parts.push({ to: size, groups: ballots?.take() ?? [] })

  /** @returns whether it could be read as text */
  const keep = (bytes: Uint8Array, at: number, end: number, leaf: number): boolean => {
    cut(leaf)
    try {
      specials.push({ leaf, text: utf8Text(bytes.subarray(at, end)) })
      return true
    } catch (error) {
      if (error instanceof Malformed) return false
      throw error
    }
  }

  return {
    take: (bytes: Uint8Array, at: number, end: number, leaf: number): FindingCode | undefined => {
      while (cuts[nextCut] !== undefined && cuts[nextCut]! <= leaf) cut(cuts[nextCut++]!)
      const isSpecial = SPECIAL_BYTES.some((start) => startsWith(bytes, at, end, start))
      if (isSpecial && specials.length < MOST_SPECIALS && keep(bytes, at, end, leaf)) return undefined
      if (ballots === undefined) return undefined
      const wrong = ballots.read(bytes, at, end, nonces, (leaf - from) * NONCE_BYTES)
      if (wrong === undefined) isBallot[leaf - from] = 1
      return wrong
    },
    end: () => {
      for (; nextCut < cuts.length; nextCut++) cut(cuts[nextCut]!)
      cut(to)
      return { nonces, isBallot, parts, specials }
    },
  }
}

async function readPair(
  read: LogReader,
  bundle: Bundle,
  hashesOnly: boolean,
  mostBytes: number,
): Promise<Pair> {
  return Promise.all([
    hashesOnly ? undefined : readBundleBytes(read, bundle, mostBytes),
    readTileBytes(read, { level: 0, ...bundle }),
  ])
}

/**
 * A tile, or where the partial one has been replaced by the full one since, that one as far as it
 * reaches.
 */
export async function readTileBytes(read: LogReader, tile: Tile): Promise<Uint8Array | undefined> {
  const bytes = await read(tilePath(tile), TILE_BYTES)
  if (bytes !== undefined || tile.width === TILE_WIDTH) return bytes
  const full = await read(tilePath({ ...tile, width: TILE_WIDTH }), TILE_BYTES)
  return full?.length === TILE_BYTES ? full.subarray(0, tile.width * HASH_BYTES) : undefined
}

async function readBundleBytes(
  read: LogReader,
  bundle: Bundle,
  mostBytes: number,
): Promise<Uint8Array | undefined> {
  const bytes = await read(bundlePath(bundle), mostBytes)
  if (bytes !== undefined || bundle.width === TILE_WIDTH) return bytes
  const full = await read(bundlePath({ ...bundle, width: TILE_WIDTH }), mostBytes)
  const spans = full && spansOf(full, TILE_WIDTH)
  return spans && full.subarray(0, spans[2 * bundle.width - 1])
}

function spansOf(bytes: Uint8Array, width: number): Uint32Array | undefined {
  try {
    return bundleSpans(bytes, width)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function soundTile(
  bundle: Bundle,
  tile: Uint8Array | undefined,
  findings: Finding[],
): Uint8Array | undefined {
  const path = tilePath({ level: 0, ...bundle })
  if (tile?.length === bundle.width * HASH_BYTES) return tile
  const detail = tile && `${tile.length} bytes, not ${bundle.width * HASH_BYTES}`
  findings.push(finding(tile === undefined ? 'tile-missing' : 'tile-width', { path }, detail))
  return undefined
}

function compareLeaves(bundle: Bundle, made: Uint8Array, published: Uint8Array, findings: Finding[]): void {
  if (equalBytes(made, published)) return
  const path = tilePath({ level: 0, ...bundle })
  for (let i = 0; i < bundle.width; i++) {
    const [start, end] = [i * HASH_BYTES, (i + 1) * HASH_BYTES]
    if (!equalBytes(made.subarray(start, end), published.subarray(start, end)))
      findings.push(finding('tile-differs', { path, leaf: bundle.index * TILE_WIDTH + i }))
  }
}

function bundlesOf(from: number, to: number): readonly Bundle[] {
  const bundles: Bundle[] = []
  for (let at = from; at < to; at += TILE_WIDTH)
    bundles.push({ index: at / TILE_WIDTH, width: Math.min(TILE_WIDTH, to - at) })
  return bundles
}

function startsWith(bytes: Uint8Array, from: number, to: number, start: readonly number[]): boolean {
  if (to - from < start.length) return false
  for (let i = 0; i < start.length; i++) if (bytes[from + i] !== start[i]) return false
  return true
}
