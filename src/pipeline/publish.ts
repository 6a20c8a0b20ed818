/**
 * Publish: from stored ballots to the public log. What was recorded since goes through the gate, is put in order, and
 * becomes leaves, tiles and a signed checkpoint. No I/O of its own.
 *
 * A batch is decided in the journal before anything of it can be seen, so whatever is cut off where, the next start
 * makes the very same batch again: the log never forks. Journal and store may each be behind the ballots; neither may
 * be ahead of what it is made from, and where one is, nothing is published (docs/operations.md, "Restoring").
 */
import { BrokenLog } from '../core/log/broken-log.ts'
import type { Checkpoint } from '../core/log/checkpoint.ts'
import {
  type BatchGate,
  type LogEdge,
  type LogFile,
  type LogGrowth,
  logGrowth,
  readEdge,
} from '../core/log/log-growth.ts'
import { Malformed } from '../core/log/malformed.ts'
import { equalHashes, type Hash, type TreeHasher } from '../core/log/merkle.ts'
import type { Verify } from '../core/log/note.ts'
import { parseRecord } from '../core/log/record.ts'
import { openCheckpoint, signedCheckpoint } from '../core/log/signed-checkpoint.ts'
import { hashesAtLevel, TILE_WIDTH } from '../core/log/tile.ts'
import type { BallotSource, Position } from '../ports/ballot-source.ts'
import type { JournalBatch, LogJournal } from '../ports/log-journal.ts'
import type { LogSigner } from '../ports/log-signer.ts'
import type { LogStore } from '../ports/log-store.ts'

export interface PublishDeps {
  readonly source: BallotSource
  readonly journal: LogJournal
  readonly store: LogStore
  readonly signer: LogSigner
  readonly hasher: TreeHasher
  readonly verify: Verify
  /** What entries begin with, by district (core/log/entry.ts). */
  readonly entryStarts: readonly string[]
  /** A gate that has seen no ballot yet, for every start anew; null: every ballot may be told. */
  readonly newGate: () => BatchGate | null
  /** Entries are for after the close: until then leaves are published as hashes alone. */
  readonly entriesAfterClose: boolean
  /** Ballots of a batch at most, about; a longer backlog becomes several. */
  readonly batchLimit?: number
}

export interface PublishedLog {
  readonly size: number
  readonly root: Hash
  /** Leaves that are ballots. */
  readonly ballots: number
  readonly closed: boolean
}

export interface Publisher {
  readonly state: () => PublishedLog
  /**
   * Publishes ballots stored by now, a batch of them.
   * @returns whether there may be more
   * @throws where storage fails, after which the publisher is to be opened anew; {@link BrokenLog}
   */
  readonly publish: () => Promise<boolean>
  /** Publishes an amendment: the text of the entry. Throws as `publish` does. */
  readonly amend: (text: string) => Promise<void>
  /**
   * Ends the log, after the last ballot is stored: publishes the rest, held or not, and the close.
   * @param text the close entry for that many ballots
   */
  readonly close: (text: (ballots: number) => Promise<string>) => Promise<void>
  /** Ballots stored that no batch has taken yet. */
  readonly waiting: () => Promise<number>
}

const AFTER_CLOSE = 'a ballot was stored after the close of the public log'
const BATCH_LIMIT = 131_072
const FILES_AT_ONCE = 1024

export async function openPublisher(deps: PublishDeps): Promise<Publisher> {
  const { source, journal, batchLimit = BATCH_LIMIT } = deps
  let { growth, last, closed } = await recover(deps)
  let records = (await journal.records()).length
  /** Ballots up to here are in the growth, published or held. */
  let taken = last.upTo
  /** The batch being written, while the next is worked out; a failure is met by whoever waits for it. */
  let writing: Promise<void> = Promise.resolve()
  const put = async (batch: Pick<JournalBatch, 'record' | 'upTo' | 'everything'>): Promise<void> => {
    await writing
    last = { ...batch, number: last.number + 1, size: growth.size(), root: growth.root() }
    await journal.append(last)
    writing = writeBatch(deps, growth, last)
    writing.catch(() => {})
  }
  const publishBallots = async (everything: boolean): Promise<boolean> => {
    if (closed) {
      for await (const { count, upTo } of source.read(taken, null)) {
        if (count > 0) throw new BrokenLog(AFTER_CLOSE)
        taken = upTo
      }
      return false
    }
    let count = 0
    for await (const stretch of source.read(taken, null)) {
      growth.take(stretch)
      taken = stretch.upTo
      count += stretch.count
      if (count >= batchLimit) break
    }
    const more = count >= batchLimit
    const leaves = growth.endBatch(everything && !more)
    if (leaves > 0) await put({ record: null, upTo: taken, everything: everything && !more })
    if (leaves === 0 || !more) await writing
    return more
  }
  const putRecord = async (text: string, everything: boolean): Promise<void> => {
    growth.addRecord(text)
    records++
    // Ballots held back since the last batch belong to the next one.
    await put({ record: text, upTo: last.upTo, everything })
    await writing
  }

  return {
    state: () => ({ size: last.size, root: last.root, ballots: last.size - records, closed }),
    publish: () => publishBallots(false),
    amend: (text) => putRecord(text, false),
    close: async (text) => {
      if (closed) return
      while (await publishBallots(true));
      if (deps.entriesAfterClose) growth = await writeAgain(deps, last, true)
      const close = await text(last.size - records)
      closed = true
      await putRecord(close, true)
    },
    waiting: () => source.countAfter(taken),
  }
}

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
async function recover(
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

async function writeBatch(deps: PublishDeps, growth: LogGrowth, batch: JournalBatch): Promise<void> {
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
async function writeAgain(deps: PublishDeps, last: JournalBatch, withEntries: boolean): Promise<LogGrowth> {
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
