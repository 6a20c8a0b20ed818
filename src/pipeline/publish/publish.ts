/**
 * Publish: from stored ballots to the public log. What the release rule tells of those recorded since is put in order, and
 * becomes leaves, tiles and a signed checkpoint. No I/O of its own.
 *
 * A batch is decided in the journal before anything of it can be seen, so whatever is cut off where, the next start
 * makes the very same batch again: the log never forks. Journal and store may each be behind the ballots; neither may
 * be ahead of what it is made from, and where one is, nothing is published (docs/operations.md, "Restoring").
 */
import { BrokenLog } from '../../core/log/broken-log.ts'
import { type EndRecord, parseRecord } from '../../core/log/record.ts'
import type { Hash } from '../../core/tlog/merkle.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { JournalBatch } from '../../ports/log-journal.ts'
import type { PublishDeps } from './deps.ts'
import { AFTER_END, recover, toldBy, writeAgain, writeBatch } from './recovery.ts'
import { addSorted } from './sorted-rest.ts'

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
   * Ends the log, after the last ballot is stored: the end of voting, the ballots held back until then, the close. Where it
   * was cut off, it goes on.
   */
  readonly close: (texts: ClosingTexts) => Promise<void>
  /** Ballots stored that no batch has taken yet. */
  readonly waiting: () => Promise<number>
}

/** The entries that end a log. */
export interface ClosingTexts {
  /**
   * Counts what is stored, up to where it counted.
   * @throws where it does not agree with the keys used: nothing is written then
   */
  readonly end: () => Promise<{ readonly upTo: Position; readonly ballots: number; readonly text: string }>
  /** The close for that many ballots. @param endAtMs when voting ended by the log; null in version 1 */
  readonly close: (ballots: number, endAtMs: number | null) => Promise<string>
}

const BATCH_LIMIT = 131_072

export async function openPublisher(deps: PublishDeps): Promise<Publisher> {
  const { source, journal, batchLimit = BATCH_LIMIT } = deps
  let { growth, last, closed, end } = await recover(deps)
  const { version, tells, entriesAfterClose } = deps.release
  let records = (await journal.records()).length
  /** Ballots up to here are in the growth, published or held. */
  let taken = last.upTo
  /** The batch being written, while the next is worked out; a failure is met by whoever waits for it. */
  let writing: Promise<void> = Promise.resolve()
  const put = async (batch: Pick<JournalBatch, 'record' | 'upTo' | 'everything'>): Promise<void> => {
    await writing
    const made = { number: last.number + 1, size: growth.size(), root: growth.root(), atMs: deps.nowMs() }
    last = { ...batch, ...made }
    await journal.append(last)
    writing = writeBatch(deps, growth, last, toldBy(deps, growth, last, end))
    writing.catch(() => {})
  }
  const refuseMore = async (): Promise<void> => {
    for await (const { count, upTo } of source.read(taken, null)) {
      if (count > 0) throw new BrokenLog(AFTER_END)
      taken = upTo
    }
  }
  const publishBallots = async (everything: boolean): Promise<boolean> => {
    if (closed || end !== undefined) await refuseMore()
    // None of its ballots is told before voting has ended.
    if (closed || end !== undefined || tells === 'sorted') return false
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
  const putRecord = async (text: string, upTo: Position, everything: boolean): Promise<void> => {
    growth.addRecord(text)
    records++
    await put({ record: text, upTo, everything })
    await writing
  }
  /** Fixes which ballots the log will hold. */
  const putEnd = async (texts: ClosingTexts): Promise<void> => {
    while (await publishBallots(false));
    const { upTo, ballots, text } = await texts.end()
    // Of one and the same order of ballots as many are the same ones; the position may be past others' records.
    if (tells !== 'sorted' && growth.held() + last.size - records !== ballots)
      throw new Error('ballots are being stored while voting is to end')
    taken = upTo
    await putRecord(text, upTo, false)
    end = endRecord(text)
  }
  /** What was held back until the end; nothing where it is there already. */
  const putRest = async (): Promise<void> => {
    if (last.record === null) return
    const { size } = last
    if (tells === 'sorted') await addSorted(deps, growth, last.upTo, deps.store.write)
    else growth.endBatch(true)
    if (growth.size() > size) await put({ record: null, upTo: last.upTo, everything: true })
    await writing
  }

  return {
    state: () => ({ size: last.size, root: last.root, ballots: last.size - records, closed }),
    publish: () => publishBallots(false),
    // Ballots held back since the last batch belong to the next one.
    amend: (text) => putRecord(text, last.upTo, false),
    close: async (texts) => {
      if (closed) return
      if (version === 2) {
        if (end === undefined) await putEnd(texts)
        await refuseMore()
        await putRest()
      } else while (await publishBallots(true));
      if (entriesAfterClose) growth = await writeAgain(deps, last, true, () => {})
      const close = await texts.close(last.size - records, end?.atMs ?? null)
      closed = true
      await putRecord(close, last.upTo, true)
    },
    waiting: async () => (tells === 'sorted' && end === undefined ? 0 : source.countAfter(taken)),
  }
}

function endRecord(text: string): EndRecord {
  const record = parseRecord(text)
  if (record.entry !== 'end') throw new RangeError('not the end of voting')
  return record
}
