/**
 * Journal, files and ballots of a public log brought together again: what was cut off is made
 * again, byte for byte, and what was not made from these ballots is not gone on from.
 */
import { BrokenLog } from '../../core/log/broken-log.ts'
import { type LogEdge, type LogFile, type LogGrowth, logGrowth, readEdge } from '../../core/log/log-growth.ts'
import { type EndRecord, parseRecord } from '../../core/log/record.ts'
import { publishAtOnce } from '../../core/log/release-rule.ts'
import type { PublishedBatch } from '../../core/tally/published-batch.ts'
import type { Checkpoint } from '../../core/tlog/checkpoint.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import { equalHashes } from '../../core/tlog/merkle.ts'
import { openCheckpoint, signedCheckpoint } from '../../core/tlog/signed-checkpoint.ts'
import { hashesAtLevel, TILE_WIDTH } from '../../core/tlog/tile.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { JournalBatch } from '../../ports/log-journal.ts'
import type { PublishDeps } from './deps.ts'
import { addSorted } from './sorted-rest.ts'

export const AFTER_END = 'a ballot was stored after the end of voting in the public log'
const FILES_AT_ONCE = 1024

/**
 * Whether the log can be gone on from; cheap, before anything is served.
 * @throws {BrokenLog} where journal, folder and ballots are not of one and the same log
 */
export async function checkLog(deps: PublishDeps): Promise<void> {
  const last = await lastBatch(deps)
  await publishedBatch(deps, last)
  const ended = isClose(last) || (await endIn(deps)) !== undefined
  if (ended && (await deps.source.countAfter(last.upTo)) !== 0) throw new BrokenLog(AFTER_END)
}

/** The journal's newest batch, which the ballots must reach. */
export async function lastBatch({ journal, source }: PublishDeps): Promise<JournalBatch> {
  const last = await journal.last()
  if (last === undefined) throw new BrokenLog('the public log has no genesis')
  const lacking = -(await source.countAfter(last.upTo))
  if (lacking > 0)
    throw new BrokenLog(
      `${lacking} ballots that the public log was made from are not stored: older data was put back, and to go on would fork the log`,
    )
  return last
}

export interface RecoveredLog {
  readonly growth: LogGrowth
  readonly last: JournalBatch
  readonly closed: boolean
  /** The end of voting, once the log says it. */
  readonly end: EndRecord | undefined
}

/** Brings journal and store together again, and memory with them. */
export async function recover(deps: PublishDeps): Promise<RecoveredLog> {
  const { journal, store } = deps
  const last = await lastBatch(deps)
  const closed = isClose(last)
  const withEntries = !deps.release.entriesAfterClose || closed
  const published = await publishedBatch(deps, last)
  const end = await endIn(deps)
  const growth = published === undefined ? undefined : await continued(deps, published, withEntries, end)
  if (growth === undefined || published === undefined) {
    const published: PublishedBatch[] = []
    const again = await writeAgain(deps, last, withEntries, (one) => published.push(one), end)
    await store.writeCheckpoint(signedCheckpoint(deps.hasher.sha256, deps.signer, last))
    for (const one of published) await deps.onPublished?.(one)
    return { growth: again, last, closed, end }
  }
  let from = published.upTo
  for await (const batch of journal.batches(published.number + 1)) {
    await makeAgain(deps, growth, from, batch, store.write)
    await writeBatch(deps, growth, batch, toldBy(deps, growth, batch, end))
    from = batch.upTo
  }
  return { growth, last, closed, end }
}

/**
 * @param published what it told, for who counts along; to be taken from the growth before that goes
 *   on
 */
export async function writeBatch(
  deps: PublishDeps,
  growth: LogGrowth,
  batch: JournalBatch,
  published: PublishedBatch | undefined,
): Promise<void> {
  await deps.store.write([...growth.drainFull(), ...growth.partials()])
  await deps.store.writeCheckpoint(signedCheckpoint(deps.hasher.sha256, deps.signer, batch))
  if (published !== undefined) await deps.onPublished?.(published)
}

/**
 * What the batch told that the growth has made, or passed, last; undefined where ballots are told
 * as they come.
 * @param end the end of voting, where the log says it by then
 */
export function toldBy(
  { release }: PublishDeps,
  growth: LogGrowth,
  batch: JournalBatch,
  end: EndRecord | undefined,
): PublishedBatch | undefined {
  const groups = growth.drainPublished()
  if (release.publishes === 'at-once' && !release.entriesAfterClose) return undefined
  const rest = release.version === 2 && batch.record === null && batch.everything
  const complete = rest || isClose(batch)
  const { number, size, root, atMs } = batch
  const held = release.publishes === 'held' && batch.record === null
  const stored = complete ? (end?.ballots ?? null) : held ? growth.taken() : null
  return { number, size, root, atMs, stored, complete, groups }
}

const isClose = ({ record }: JournalBatch) => record !== null && parseRecord(record).entry === 'close'

async function endIn({ journal, release }: PublishDeps): Promise<EndRecord | undefined> {
  if (release.version === 1) return undefined
  for (const { record } of await journal.records()) {
    const parsed = parseRecord(record!)
    if (parsed.entry === 'end') return parsed
  }
  return undefined
}

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

/**
 * The log as it was with a batch, from the files at its right edge; undefined where they are not
 * all there.
 */
async function continued(
  deps: PublishDeps,
  batch: JournalBatch,
  withEntries: boolean,
  end: EndRecord | undefined,
): Promise<LogGrowth | undefined> {
  const edge = await readEdge(deps.store.read, batch.size, withEntries)
  if (edge === undefined) return undefined
  try {
    const growth = newGrowth(deps, withEntries, edge)
    if (!equalHashes(growth.root(), batch.root)) return undefined
    await passBatches(deps, growth, batch.number, end)
    return growth
  } catch (cause) {
    // Another length, or no bundle: files that somebody changed.
    if (cause instanceof RangeError || cause instanceof Malformed) return undefined
    throw cause
  }
}

/**
 * Shows the rule the batches of the past, which decide what is held back now, and tells what they
 * told.
 */
async function passBatches(
  deps: PublishDeps,
  growth: LogGrowth,
  upToNumber: number,
  end: EndRecord | undefined,
): Promise<void> {
  const { journal, source, release, onPublished } = deps
  if (release.publishes === 'at-once' && !release.entriesAfterClose) return
  const seesThem = release.publishes === 'held' && release.newRule !== null
  let from = source.start
  for await (const batch of journal.batches(0)) {
    if (batch.number > upToNumber) return
    if (seesThem) {
      for await (const stretch of source.read(from, batch.upTo)) growth.pass(stretch)
      if (batch.record === null) growth.endPassed(batch.everything)
    }
    from = batch.upTo
    const published = toldBy(deps, growth, batch, end)
    if (published !== undefined) await onPublished?.(published)
  }
}

export function newGrowth(
  { hasher, entryStarts, release }: PublishDeps,
  withEntries: boolean,
  edge?: LogEdge,
): LogGrowth {
  if (release.newRule === null && edge === undefined)
    throw new BrokenLog(
      'the log cannot be made again, for the secret that its draws came from was destroyed: put its folder back from a backup',
    )
  const rule = release.newRule?.() ?? publishAtOnce()
  const counts = release.publishes === 'held'
  return logGrowth({ hasher, entryStarts, rule, counts, withEntries, ...(edge && { edge }) })
}

/**
 * Makes a batch of the journal once more.
 * @param keep takes files of a batch that is too large for memory
 * @throws {BrokenLog} where it does not come out as it was
 */
export async function makeAgain(
  deps: PublishDeps,
  growth: LogGrowth,
  from: Position,
  batch: JournalBatch,
  keep: (files: readonly LogFile[]) => Promise<void>,
): Promise<void> {
  const { source, release } = deps
  if (release.publishes !== 'sorted')
    for await (const stretch of source.read(from, batch.upTo)) growth.take(stretch)
  if (batch.record !== null) growth.addRecord(batch.record)
  else if (release.publishes === 'sorted') await addSorted(deps, growth, batch.upTo, keep)
  else growth.endBatch(batch.everything)
  if (growth.size() !== batch.size || !equalHashes(growth.root(), batch.root))
    throw new BrokenLog(
      `the stored ballots are not those that batch ${batch.number} of the public log was made from`,
    )
}

/**
 * Writes the whole log from the first batch to `last`: the folder is gone, or entries are told from
 * now on.
 * @param onTold takes what each batch told
 */
export async function writeAgain(
  deps: PublishDeps,
  last: JournalBatch,
  withEntries: boolean,
  onPublished: (published: PublishedBatch) => void,
  end?: EndRecord,
): Promise<LogGrowth> {
  const { journal, source, store } = deps
  const growth = newGrowth(deps, withEntries)
  // Partial files are for sizes of which there was a checkpoint; where the full file is there they
  // are superseded.
  const isAtEdge = ({ level, index }: LogFile) =>
    index === Math.floor(hashesAtLevel(last.size, level ?? 0) / TILE_WIDTH)
  /** By path: one partial tile is the edge of many sizes. */
  const files = new Map<string, LogFile>()
  const keep = async (some: readonly LogFile[], most = FILES_AT_ONCE): Promise<void> => {
    for (const file of some) files.set(file.path, file)
    if (files.size < most) return
    await store.write([...files.values()])
    files.clear()
  }
  let from = source.start
  for await (const batch of journal.batches(0)) {
    await makeAgain(deps, growth, from, batch, keep)
    const published = toldBy(deps, growth, batch, end)
    if (published !== undefined) onPublished(published)
    await keep([...growth.drainFull(), ...growth.partials().filter(isAtEdge)])
    from = batch.upTo
  }
  await keep([], 0)
  return growth
}
