/**
 * Journal, files and ballots of a public log brought together again: what was cut off is made again, byte for byte, and
 * what was not made from these ballots is not gone on from.
 */
import { BrokenLog } from '../../core/log/broken-log.ts'
import type { Checkpoint } from '../../core/log/checkpoint.ts'
import { type LogEdge, type LogFile, type LogGrowth, logGrowth, readEdge } from '../../core/log/log-growth.ts'
import { Malformed } from '../../core/log/malformed.ts'
import { equalHashes } from '../../core/log/merkle.ts'
import { parseRecord } from '../../core/log/record.ts'
import { openCheckpoint, signedCheckpoint } from '../../core/log/signed-checkpoint.ts'
import { hashesAtLevel, TILE_WIDTH } from '../../core/log/tile.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { JournalBatch } from '../../ports/log-journal.ts'
import type { PublishDeps } from './deps.ts'

export const AFTER_CLOSE = 'a ballot was stored after the close of the public log'
const FILES_AT_ONCE = 1024

/**
 * Whether the log can be gone on from; cheap, before anything is served.
 * @throws {BrokenLog} where journal, folder and ballots are not of one and the same log
 */
export async function checkLog(deps: PublishDeps): Promise<void> {
  const last = await lastBatch(deps)
  await publishedBatch(deps, last)
  if (isClose(last) && (await deps.source.countAfter(last.upTo)) !== 0) throw new BrokenLog(AFTER_CLOSE)
}

/**
 * Makes the whole log again, writing nothing.
 * @returns its leaves
 * @throws {BrokenLog} where the ballots are not those it was made from
 */
export async function recheckLog(deps: PublishDeps): Promise<number> {
  await checkLog(deps)
  const growth = newGrowth(deps, false)
  let from = deps.source.start
  for await (const batch of deps.journal.batches(0)) {
    await makeAgain(deps, growth, from, batch)
    growth.drainFull()
    from = batch.upTo
  }
  return growth.size()
}

/** The journal's newest batch, which the ballots must reach. */
async function lastBatch({ journal, source }: PublishDeps): Promise<JournalBatch> {
  const last = await journal.last()
  if (last === undefined) throw new BrokenLog('the public log has no genesis')
  const lacking = -(await source.countAfter(last.upTo))
  if (lacking > 0)
    throw new BrokenLog(
      `${lacking} ballots that the public log was made from are not stored: older data was put back, and to go on would fork the log`,
    )
  return last
}

/** Brings journal and store together again, and memory with them. */
export async function recover(
  deps: PublishDeps,
): Promise<{ growth: LogGrowth; last: JournalBatch; closed: boolean }> {
  const { journal, store } = deps
  const last = await lastBatch(deps)
  const closed = isClose(last)
  const withEntries = !deps.entriesAfterClose || closed
  const published = await publishedBatch(deps, last)
  const growth = published === undefined ? undefined : await continued(deps, published, withEntries)
  if (growth === undefined || published === undefined) {
    const again = await writeAgain(deps, last, withEntries)
    await store.writeCheckpoint(signedCheckpoint(deps.hasher.sha256, deps.signer, last))
    return { growth: again, last, closed }
  }
  let from = published.upTo
  for await (const batch of journal.batches(published.number + 1)) {
    await makeAgain(deps, growth, from, batch)
    await writeBatch(deps, growth, batch)
    from = batch.upTo
  }
  return { growth, last, closed }
}

export async function writeBatch(deps: PublishDeps, growth: LogGrowth, batch: JournalBatch): Promise<void> {
  await deps.store.write([...growth.drainFull(), ...growth.partials()])
  await deps.store.writeCheckpoint(signedCheckpoint(deps.hasher.sha256, deps.signer, batch))
}

const isClose = ({ record }: JournalBatch) => record !== null && parseRecord(record).entry === 'close'

/** The batch up to which readers see the log; undefined where they see none. */
async function publishedBatch(deps: PublishDeps, last: JournalBatch): Promise<JournalBatch | undefined> {
  const text = await deps.store.checkpoint()
  if (text === undefined) return undefined
  const { size, root } = readCheckpoint(deps, text)
  if (size > last.size)
    throw new BrokenLog(
      `the published checkpoint has ${size} leaves, the journal ${last.size}: older data was put back, and to go on would fork the log`,
    )
  const batch = await deps.journal.ofSize(size)
  if (batch === undefined || !equalHashes(batch.root, root))
    throw new BrokenLog(`the published checkpoint of ${size} leaves is not one of the journal's`)
  return batch
}

function readCheckpoint({ hasher, signer, verify }: PublishDeps, text: string): Checkpoint {
  try {
    return openCheckpoint(hasher.sha256, verify, signer, text)
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    throw new BrokenLog(`the published checkpoint cannot be gone on from: ${cause.message}`, { cause })
  }
}

/** The log as it was with a batch, from the files at its right edge; undefined where they are not all there. */
async function continued(
  deps: PublishDeps,
  batch: JournalBatch,
  withEntries: boolean,
): Promise<LogGrowth | undefined> {
  const { store, source } = deps
  const edge = await readEdge(store.read, batch.size, withEntries)
  if (edge === undefined) return undefined
  try {
    const growth = newGrowth(deps, withEntries, edge)
    if (!equalHashes(growth.root(), batch.root)) return undefined
    if (growth.gated) {
      for await (const stretch of source.read(source.start, batch.upTo)) growth.pass(stretch)
      growth.endPassed(batch.everything)
    }
    return growth
  } catch (cause) {
    // Another length, or no bundle: files that somebody changed.
    if (cause instanceof RangeError || cause instanceof Malformed) return undefined
    throw cause
  }
}

function newGrowth(
  { hasher, entryStarts, newGate }: PublishDeps,
  withEntries: boolean,
  edge?: LogEdge,
): LogGrowth {
  return logGrowth({ hasher, entryStarts, gate: newGate(), withEntries, ...(edge && { edge }) })
}

/** Makes a batch of the journal once more. @throws {BrokenLog} where it does not come out as it was */
async function makeAgain(
  { source }: PublishDeps,
  growth: LogGrowth,
  from: Position,
  batch: JournalBatch,
): Promise<void> {
  if (batch.record !== null) growth.addRecord(batch.record)
  else {
    for await (const stretch of source.read(from, batch.upTo)) growth.take(stretch)
    growth.endBatch(batch.everything)
  }
  if (growth.size() !== batch.size || !equalHashes(growth.root(), batch.root))
    throw new BrokenLog(
      `the stored ballots are not those that batch ${batch.number} of the public log was made from`,
    )
}

/** Writes the whole log from the first batch to `last`: the folder is gone, or entries are told from now on. */
export async function writeAgain(
  deps: PublishDeps,
  last: JournalBatch,
  withEntries: boolean,
): Promise<LogGrowth> {
  const { journal, source, store } = deps
  const growth = newGrowth(deps, withEntries)
  // Partial files are for sizes of which there was a checkpoint; where the full file is there they are superseded.
  const isAtEdge = ({ level, index }: LogFile) =>
    index === Math.floor(hashesAtLevel(last.size, level ?? 0) / TILE_WIDTH)
  /** By path: one partial tile is the edge of many sizes. */
  const files = new Map<string, LogFile>()
  let from = source.start
  for await (const batch of journal.batches(0)) {
    await makeAgain(deps, growth, from, batch)
    for (const file of [...growth.drainFull(), ...growth.partials().filter(isAtEdge)])
      files.set(file.path, file)
    from = batch.upTo
    if (files.size < FILES_AT_ONCE) continue
    await store.write([...files.values()])
    files.clear()
  }
  await store.write([...files.values()])
  return growth
}
