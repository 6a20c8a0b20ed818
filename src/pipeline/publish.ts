/**
 * Publish: from stored ballots to the public log. What was recorded since goes through the gate, is put in order, and
 * becomes leaves, tiles and a signed checkpoint. No I/O of its own.
 *
 * A batch is decided in the journal before anything of it can be seen, so whatever is cut off where, the next start
 * makes the very same batch again: the log never forks. Journal and store may each be behind the ballots; neither may
 * be ahead of what it is made from, and where one is, nothing is published (docs/operations.md, "Restoring").
 */
import { BrokenLog } from '../core/log/broken-log.ts'
import type { Hash } from '../core/log/merkle.ts'
import type { JournalBatch } from '../ports/log-journal.ts'
import type { PublishDeps } from './publish/deps.ts'
import { AFTER_CLOSE, recover, writeAgain, writeBatch } from './publish/recovery.ts'

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

const BATCH_LIMIT = 131_072

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
