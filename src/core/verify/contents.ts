/**
 * Checks everything under a signed checkpoint: the entries, the tree over them, the trees that the
 * log has shown before, and what the entries state (docs/protocol.md, from "The public log" to
 * "Certification").
 */
import { equalHashes, type TreeHasher } from '../tlog/merkle.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import { bundlePath, TILE_WIDTH } from '../tlog/tile.ts'
import { logCourse } from './amendments.ts'
import type { EntryRules } from './ballot.ts'
import { isHeldBack, type Standing } from './beginning.ts'
import { MOST_ENTRIES, TooManyEntries } from './bounds.ts'
import { type Certificate, certificateOfOpenLog } from './certification.ts'
import { checkByClock, checkOverdue } from './clock.ts'
import { checkOutcome, type PublishedResult, totalsOf } from './count.ts'
import { type CheckedEntries, type CountedBy, checkEntries, type EntriesDeps } from './entries.ts'
import { addedUp, type Found, looked, NOTHING, unchecked, wrong } from './found.ts'
import { checkHistory, type KnownTree, type SeenCheckpoint } from './history.ts'
import { releaseCheck } from './positions.ts'
import type { LogReader } from './range.ts'
import { type RangesOf, rangesHere } from './range-pool.ts'
import { type AskedReceipt, type TrackerWatch, trackerWatch } from './receipt.ts'
import type { VerifyReport } from './report.ts'
import type { ReadCheckpoint } from './signature.ts'
import { bundlesIn, type TreeCheck, treeCheck } from './tree.ts'
import type { CosignedTree } from './witnessed.ts'

export interface ContentsInput {
  readonly read: LogReader
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  readonly nowMs: number
  readonly seen?: readonly SeenCheckpoint[]
  readonly result?: PublishedResult
  readonly mostEntries?: number
  readonly salt?: Uint8Array
  readonly onProgress?: (leaves: number, of: number) => void
  readonly ranges?: RangesOf
  readonly stretchBundles?: number
}

/** What is known of the log before its entries are read. */
export interface KnownBefore {
  readonly signed: ReadCheckpoint
  /** Trees that the log has shown. */
  readonly known: readonly KnownTree[]
  /** Undefined if no witnesses are required. */
  readonly witnessed: CosignedTree | undefined
  readonly stand: Standing | undefined
  readonly asked: readonly AskedReceipt[]
  readonly certificate: Certificate
}

export interface Contents
  extends Found,
    Pick<VerifyReport, 'ballots' | 'totals' | 'keysIssued' | 'amendments'> {
  readonly stage: 'open' | 'closed' | 'held-back'
  /** Every end of voting, as in {@link LogCourse}. */
  readonly ends: readonly number[]
  /** Whether the entries make the tree that the log's key signed. */
  readonly isSignedTree: boolean
  readonly leafOf: TrackerWatch['leafOf']
}

/**
 * Reads and checks all entries under a signed checkpoint.
 * @throws {TooManyEntries} if the log has more entries than the input allows
 * @throws whatever the reader throws
 */
export async function checkContents(input: ContentsInput, before: KnownBefore): Promise<Contents> {
  const { read, hasher, mostEntries = MOST_ENTRIES } = input
  const { signed, known, stand, asked } = before
  const { size } = signed.checkpoint
  if (size > mostEntries) throw new TooManyEntries(size, mostEntries)
  const heldBack = await isHeldBack(read, stand, size)
  const looks = looksAt(input, before)
  const counted = countedBy(input, before, looks)
  const tree = treeCheck(read, hasher, [1, ...known.map((each) => each.size)])
  const watch = trackerWatch(asked)
  const entries = await entriesBy(input, { tree, watch, counted }, stand?.rules, size, heldBack)
  const { isSignedTree, ...root } = await checkRoot(tree, entries, before)
  const history = checkHistory(known, signed.checkpoint, tree.rootAt)
  const stated = heldBack
    ? saidWhileHeldBack(input, before)
    : await checkSaid(input, before, looks, counted, entries)
  const { course } = counted ?? {}
  return {
    ...addedUp([
      ...[entries, looked('bundles', heldBack ? 0 : bundlesIn(entries.reached)), root, history],
      ...[input.seen === undefined ? NOTHING : looked('history', known.length), stated],
    ]),
    stage: heldBack ? 'held-back' : course?.close() === undefined ? 'open' : 'closed',
    ballots: entries.tally?.ballots() ?? 0,
    totals:
      counted && entries.tally && entries.complete && !heldBack
        ? totalsOf(counted.rules.election, entries.tally)
        : null,
    keysIssued: heldBack ? (stand?.genesis.record.roll.size ?? null) : (course?.keysIssued() ?? null),
    amendments: course?.amendments() ?? [],
    ends: course?.ends() ?? [],
    isSignedTree,
    leafOf: watch.leafOf,
  }
}

/** Checks the entries, in as many threads as the input provides. */
async function entriesBy(
  input: ContentsInput,
  into: Pick<EntriesDeps, 'tree' | 'watch' | 'counted'>,
  rules: EntryRules | undefined,
  size: number,
  heldBack: boolean,
): Promise<CheckedEntries> {
  const { read, hasher, salt, stretchBundles, onProgress = () => {} } = input
  const ranges = await (input.ranges ?? rangesHere(read, hasher))(rules, size)
  try {
    return await checkEntries({ ranges, stretchBundles, salt, onProgress, ...into }, size, heldBack)
  } finally {
    ranges.end()
  }
}

/** When a checkpoint of a size was seen, in Unix milliseconds; this verification is included. */
type Looks = readonly { readonly size: number; readonly atMs: number }[]

function looksAt({ nowMs }: ContentsInput, { known, signed }: KnownBefore): Looks {
  return [...known, { size: signed.checkpoint.size, seenAtMs: nowMs }].flatMap(({ size, seenAtMs }) =>
    seenAtMs === undefined ? [] : [{ size, atMs: seenAtMs }],
  )
}

/** Returns undefined if the election is not known. */
function countedBy(
  { read, hasher: { sha256 } }: ContentsInput,
  { stand, known, signed }: KnownBefore,
  looks: Looks,
): CountedBy | undefined {
  if (stand?.rules === undefined) return undefined
  const { genesis, rules } = stand
  const course = logCourse({ read, sha256, rules, genesis })
  const [{ v }, { size }] = [genesis.record, signed.checkpoint]
  const release = releaseCheck({ v, rules, course, looked: looks.map((each) => each.size), known, size })
  return { rules, course, release }
}

/**
 * "The public log": checks that the entries make the tree of the checkpoint, and that the first of
 * them is the genesis.
 */
async function checkRoot(
  tree: TreeCheck,
  { reached }: CheckedEntries,
  { signed: { checkpoint }, stand }: KnownBefore,
): Promise<Found & { readonly isSignedTree: boolean }> {
  const { size, root } = checkpoint
  // The root of a tree with one leaf is that leaf's hash, whether or not its entry is public yet.
  const first = tree.rootAt(1)
  const isGenesis = stand === undefined || (first !== undefined && equalHashes(first, stand.genesis.leaf))
  const genesis = isGenesis ? NOTHING : wrong('genesis-differs', { leaf: 0 })
  if (reached < size) {
    const hole = unchecked(`the tree from entry ${reached} on: there is a hole in it`)
    return { ...addedUp([genesis, hole]), isSignedTree: false }
  }
  const edge = await tree.finish()
  const isSignedTree = equalHashes(tree.root(), root)
  return {
    ...addedUp([
      ...[genesis, { findings: edge }],
      ...[looked('tiles', bundlesIn(size) + tree.tiles()), looked('root', Math.max(0, size - 1))],
      isSignedTree ? NOTHING : wrong('root-differs', { path: 'checkpoint' }),
    ]),
    isSignedTree,
  }
}

/** "Release", version 1 with results after the close: the entries are not public yet. */
function saidWhileHeldBack({ nowMs }: ContentsInput, { stand, certificate }: KnownBefore): Found {
  const election = stand?.election
  return addedUp([
    certificateOfOpenLog(certificate),
    election === undefined ? NOTHING : checkOverdue('held-back', election.closesAtMs, nowMs),
    unchecked('what the entries say, the ballots and the count: entries are public after the close'),
  ])
}

/**
 * Checks amendments, keys and ballots ("Release", "What a log publishes, and when",
 * "The verifier's own clock"), then the count.
 */
async function checkSaid(
  input: ContentsInput,
  { stand, signed, witnessed, certificate }: KnownBefore,
  looks: Looks,
  counted: CountedBy | undefined,
  { tally, complete, reached }: CheckedEntries,
): Promise<Found> {
  if (counted === undefined || tally === undefined || stand === undefined)
    return unchecked('ballots and count: the election that the log is for is not known')
  const { rules, course, release } = counted
  const { size } = signed.checkpoint
  const isVersion1 = stand.genesis.record.v === 1
  const ballots = tally.ballots()
  const keys = course.checkKeys(tally)
  const positions = complete ? release.finish(tally) : []
  const facts = { looked: looks, early: release.early(), witnessed, isWhole: reached === size }
  const { whileOpen, ...clock } = checkByClock(course, rules.election, ballots, facts, input.nowMs)
  const isEarly = isVersion1 && rules.election.results === 'after-close' && course.close() === undefined
  const first = { index: 0, width: Math.min(size, TILE_WIDTH) }
  return addedUp([
    ...[looked('ballots', ballots), looked('amendments', course.amendments().length)],
    ...[looked('keys', rules.election.districts.length), { findings: keys }, { findings: positions }],
    course.end() === undefined ? NOTHING : looked('end', 1),
    ...[clock, looked('release', isVersion1 ? whileOpen : release.count())],
    isEarly && size > 0 ? wrong('entries-before-close', { path: bundlePath(first) }) : NOTHING,
    size === 0 || !complete
      ? unchecked('the count, the close and the result: not every entry is sound')
      : await checkOutcome(input, { ...counted, tally, signed, certificate }),
  ])
}
