/**
 * Makes journal, files and ballots of a public log consistent again: an interrupted step is
 * repeated byte for byte, and a log that was not made from these ballots is not continued.
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
 * Checks whether the log can be continued; cheap, before anything is served.
 * @throws {BrokenLog} if journal, folder and ballots do not belong to the same log
 */
export async function checkLog(deps: PublishDeps): Promise<void> {
  const last = await lastBatch(deps)
  await publishedBatch(deps, last)
  const ended = isClose(last) || (await endIn(deps)) !== undefined
  if (ended && (await deps.source.countAfter(last.upTo)) !== 0) throw new BrokenLog(AFTER_END)
}

/** The journal's newest batch, which the ballots must cover. */
export async function lastBatch({ journal, source }: PublishDeps): Promise<JournalBatch> {
  const last = await journal.last()
  if (last === undefined) throw new BrokenLog('the public log has no genesis')
  const lacking = -(await source.countAfter(last.upTo))
  if (lacking > 0)
    throw new BrokenLog(
      `${lacking} ballots that the public log was made from are not stored: older data was ` +
        'restored, and to continue would fork the log',
    )
  return last
}

export interface RecoveredLog {
  readonly growth: LogGrowth
  readonly last: JournalBatch
  readonly closed: boolean
  /** The end of voting, once it is in the log. */
  readonly end: EndRecord | undefined
}

/** Makes journal, store and memory consistent again. */
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
    await writeBatch(deps, growth, batch, publishedBy(deps, growth, batch, end))
    from = batch.upTo
  }
  return { growth, last, closed, end }
}

/**
 * @param published what the batch published, for counting; it must be read from the growth before
 *   the growth continues
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
 * What the last batch of the growth, made or replayed, published; undefined if ballots are
 * published as they come.
 * @param end the end of voting, if the log has it by then
 */
export function publishedBy(
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

/** The batch up to which readers see the log; undefined if nothing is published. */
async function publishedBatch(deps: PublishDeps, last: JournalBatch): Promise<JournalBatch | undefined> {
  const text = await deps.store.checkpoint()
  if (text === undefined) return undefined
  const { size, root } = readCheckpoint(deps, text)
  if (size > last.size)
    throw new BrokenLog(
      `the published checkpoint has ${size} leaves, the journal ${last.size}: older data was ` +
        'restored, and to continue would fork the log',
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
    throw new BrokenLog(`the published checkpoint cannot be continued from: ${cause.message}`, { cause })
  }
}

/**
 * The state of the log at a batch, from the files at its right edge; undefined if some are missing.
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
    // Another length, or not a bundle: the files were changed.
    if (cause instanceof RangeError || cause instanceof Malformed) return undefined
    throw cause
  }
}

/**
 * Replays past batches: they determine what the rule holds back now. Reports what they published.
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
    const published = publishedBy(deps, growth, batch, end)
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
      'the log cannot be made again, because the secret of its draws was destroyed: restore ' +
        'its folder from a backup',
    )
  const rule = release.newRule?.() ?? publishAtOnce()
  const counts = release.publishes === 'held'
  return logGrowth({ hasher, entryStarts, rule, counts, withEntries, ...(edge && { edge }) })
}

/**
 * Makes a batch of the journal again.
 * @param keep receives files of a batch that is too large for memory
 * @throws {BrokenLog} if the result differs from the journal
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
 * Writes the whole log from the first batch to `last`: the folder is missing, or entries are
 * published from now on.
 * @param onPublished receives what each batch published
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
  // Partial files are for sizes that had a checkpoint; they are superseded if the full file exists.
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
    const published = publishedBy(deps, growth, batch, end)
    if (published !== undefined) onPublished(published)
    await keep([...growth.drainFull(), ...growth.partials().filter(isAtEdge)])
    from = batch.upTo
  }
  await keep([], 0)
  return growth
}
