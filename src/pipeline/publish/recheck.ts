/**
 * Checks whether a public log is the one that journal and ballots yield. Reproduces it batch by
 * batch or, once the secret of the draws was destroyed, compares it with the ballots as a set.
 * Writes nothing.
 */
import { BrokenLog } from '../../core/log/broken-log.ts'
import { NONCE_DIGITS } from '../../core/log/entry.ts'
import { type LeafBatch, leafBatch, orderOf } from '../../core/log/leaf-batch.ts'
import { compactRange } from '../../core/tlog/compact-range.ts'
import { equalHashes, HASH_BYTES, hashAt } from '../../core/tlog/merkle.ts'
import { TILE_WIDTH, tilePath } from '../../core/tlog/tile.ts'
import { utf8Bytes } from '../../core/tlog/utf8.ts'
import type { JournalBatch } from '../../ports/log-journal.ts'
import type { PublishDeps } from './deps.ts'
import { checkLog, lastBatch, makeAgain, newGrowth } from './recovery.ts'

export interface RecheckedLog {
  readonly leaves: number
  /**
   * true: every batch was reproduced. false: the leaves are those of the ballots, but it is unknown
   * which batch published each.
   */
  readonly byBatch: boolean
}

/** @throws {BrokenLog} if the ballots are not those that the log was made from */
export async function recheckLog(deps: PublishDeps): Promise<RecheckedLog> {
  await checkLog(deps)
  if (deps.release.newRule === null) return { leaves: await compareLeaves(deps), byBatch: false }
  const growth = newGrowth(deps, false)
  let from = deps.source.start
  for await (const batch of deps.journal.batches(0)) {
    await makeAgain(deps, growth, from, batch, async () => {})
    growth.drainFull()
    growth.drainPublished()
    from = batch.upTo
  }
  return { leaves: growth.size(), byBatch: true }
}

const HASHED_AT_ONCE = 4096

/**
 * Compares the published leaves with those of ballots and records, using 64 bytes of memory per
 * leaf.
 */
async function compareLeaves(deps: PublishDeps): Promise<number> {
  const last = await lastBatch(deps)
  const published = await publishedLeaves(deps, last)
  const own = await ownLeaves(deps, last.size)
  const [theirs, ours] = [orderOf(published, last.size), orderOf(own, last.size)]
  for (let i = 0; i < last.size; i++)
    if (!equalHashes(hashAt(published, theirs[i]!), hashAt(own, ours[i]!)))
      throw new BrokenLog('the stored ballots are not those that the public log was made from')
  return last.size
}

async function publishedLeaves({ store, hasher }: PublishDeps, last: JournalBatch): Promise<Uint8Array> {
  const leaves = new Uint8Array(last.size * HASH_BYTES)
  const tree = compactRange(hasher)
  for (let first = 0; first < last.size; first += TILE_WIDTH) {
    const tile = { level: 0, index: first / TILE_WIDTH, width: Math.min(TILE_WIDTH, last.size - first) }
    const bytes = await store.read(tilePath(tile))
    if (bytes?.length !== tile.width * HASH_BYTES)
      throw new BrokenLog(`${tilePath(tile)} is missing or incomplete`)
    leaves.set(bytes, first * HASH_BYTES)
    for (let i = 0; i < tile.width; i++) tree.append(bytes, i * HASH_BYTES)
  }
  if (!equalHashes(tree.root(), last.root))
    throw new BrokenLog('the published leaves do not yield the tree in the journal')
  return leaves
}

async function ownLeaves(deps: PublishDeps, size: number): Promise<Uint8Array> {
  const { source, journal, hasher } = deps
  const starts = deps.entryStarts.map(utf8Bytes)
  const leaves = new Uint8Array(size * HASH_BYTES)
  const hashed = leafBatch(hasher)
  let count = 0
  const keep = (batch: LeafBatch): void => {
    if (count + batch.count() > size) throw new BrokenLog('more ballots are stored than the public log has')
    leaves.set(batch.unsorted().subarray(0, batch.count() * HASH_BYTES), count * HASH_BYTES)
    count += batch.count()
    batch.clear()
  }
  for (const { record } of await journal.records()) hashed.add(record!)
  keep(hashed)
  for await (const stretch of source.read(source.start, null)) {
    for (let i = 0; i < stretch.count; i++) {
      const start = starts[stretch.districts[i]!]!
      hashed.addBallot(start, stretch.choices[i]!, stretch.nonces, i * NONCE_DIGITS)
      if (hashed.count() === HASHED_AT_ONCE) keep(hashed)
    }
    keep(hashed)
  }
  if (count !== size) throw new BrokenLog(`the public log has ${size} entries, ${count} are stored`)
  return leaves
}
