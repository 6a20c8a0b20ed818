/**
 * Publish: from stored ballots to the public log. What the release rule tells of those recorded
 * since is put in order, and becomes leaves, tiles and a signed checkpoint. No I/O of its own.
 *
 * A batch is decided in the journal before anything of it can be seen, so whatever is cut off
 * where, the next start makes the very same batch again: the log never forks. Journal and store may
 * each be behind the ballots; neither may be ahead of what it is made from, and where one is,
 * nothing is published (docs/operations.md, "Restoring").
 */
import { BrokenLog } from '../../core/log/broken-log.ts'
import type { LogGrowth } from '../../core/log/log-growth.ts'
import { type EndRecord, parseRecord } from '../../core/log/record.ts'
import type { Hash } from '../../core/tlog/merkle.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { JournalBatch } from '../../ports/log-journal.ts'
import type { PublishDeps } from './deps.ts'
import { AFTER_END, type RecoveredLog, recover, toldBy, writeAgain, writeBatch } from './recovery.ts'
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
   * Ends the log, after the last ballot is stored: the end of voting, the ballots held back until
   * then, the close. Where it was cut off, it goes on.
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
  /**
   * The close for that many ballots. @param endAtMs when voting ended by the log; null in version 1
   */
  readonly close: (ballots: number, endAtMs: number | null) => Promise<string>
}

const BATCH_LIMIT = 131_072

export async function openPublisher(deps: PublishDeps): Promise<Publisher> {
  const log = new GrowingLog(deps, await recover(deps), (await deps.journal.records()).length)
  return {
    state: log.state,
    publish: () => log.publish(false),
    // Ballots held back since the last batch belong to the next one.
    amend: log.amend,
    close: log.end,
    waiting: log.waiting,
  }
}

/** A log with the batch that is being written, while the next is worked out. */
class GrowingLog {
  readonly #deps: PublishDeps
  #growth: LogGrowth
  #last: JournalBatch
  #closed: boolean
  #end: EndRecord | undefined
  /** Leaves that are no ballots. */
  #records: number
  /** Ballots up to here are in the growth, published or held. */
  #taken: Position
  /** The batch being written; the next call that needs it meets its failure. */
  #writing: Promise<void> = Promise.resolve()

  constructor(deps: PublishDeps, { growth, last, closed, end }: RecoveredLog, records: number) {
    this.#deps = deps
    this.#growth = growth
    this.#last = last
    this.#closed = closed
    this.#end = end
    this.#records = records
    this.#taken = last.upTo
  }

  readonly state = (): PublishedLog => {
    const { size, root } = this.#last
    return { size, root, ballots: size - this.#records, closed: this.#closed }
  }

  readonly waiting = async (): Promise<number> =>
    this.#deps.release.publishes === 'sorted' && this.#end === undefined
      ? 0
      : this.#deps.source.countAfter(this.#taken)

  readonly amend = (text: string): Promise<void> => this.#putRecord(text, this.#last.upTo, false)

  readonly publish = async (everything: boolean): Promise<boolean> => {
    const hasEnded = this.#closed || this.#end !== undefined
    if (hasEnded) await this.#refuseMore()
    // None of its ballots is told before voting has ended.
    if (hasEnded || this.#deps.release.publishes === 'sorted') return false
    const more = await this.#take()
    const isAll = everything && !more
    const leaves = this.#growth.endBatch(isAll)
    if (leaves > 0) await this.#put({ record: null, upTo: this.#taken, everything: isAll })
    if (leaves === 0 || !more) await this.#writing
    return more
  }

  /**
   * The end of a log: the end entry, the rest of the ballots, the close. Version 1 has no end
   * entry.
   */
  readonly end = async (texts: ClosingTexts): Promise<void> => {
    if (this.#closed) return
    if (this.#deps.release.version === 2) {
      if (this.#end === undefined) await this.#putEnd(texts)
      await this.#refuseMore()
      await this.#putRest()
    } else while (await this.publish(true));
    await this.#putClose(texts)
  }

  /** Takes a batch of ballots into the growth. @returns whether there may be more */
  async #take(): Promise<boolean> {
    const { source, batchLimit = BATCH_LIMIT } = this.#deps
    let count = 0
    for await (const stretch of source.read(this.#taken, null)) {
      this.#growth.take(stretch)
      this.#taken = stretch.upTo
      count += stretch.count
      if (count >= batchLimit) break
    }
    return count >= batchLimit
  }

  async #refuseMore(): Promise<void> {
    for await (const { count, upTo } of this.#deps.source.read(this.#taken, null)) {
      if (count > 0) throw new BrokenLog(AFTER_END)
      this.#taken = upTo
    }
  }

  async #put(batch: Pick<JournalBatch, 'record' | 'upTo' | 'everything'>): Promise<void> {
    await this.#writing
    const deps = this.#deps
    const growth = this.#growth
    const number = this.#last.number + 1
    const made = { ...batch, number, size: growth.size(), root: growth.root(), atMs: deps.nowMs() }
    this.#last = made
    await deps.journal.append(made)
    this.#writing = writeBatch(deps, growth, made, toldBy(deps, growth, made, this.#end))
    this.#writing.catch(() => {})
  }

  async #putRecord(text: string, upTo: Position, everything: boolean): Promise<void> {
    this.#growth.addRecord(text)
    this.#records++
    await this.#put({ record: text, upTo, everything })
    await this.#writing
  }

  /** Fixes which ballots the log will hold. */
  async #putEnd(texts: ClosingTexts): Promise<void> {
    while (await this.publish(false));
    const { upTo, ballots, text } = await texts.end()
    // Of one and the same order of ballots as many are the same ones; the position may be past
    // others' records.
    const inLog = this.#growth.held() + this.state().ballots
    if (this.#deps.release.publishes !== 'sorted' && inLog !== ballots)
      throw new Error('ballots are being stored while voting is to end')
    this.#taken = upTo
    await this.#putRecord(text, upTo, false)
    this.#end = endRecord(text)
  }

  /** What was held back until the end; nothing where it is there already. */
  async #putRest(): Promise<void> {
    const { record, size, upTo } = this.#last
    if (record === null) return
    const { release, store } = this.#deps
    if (release.publishes === 'sorted') await addSorted(this.#deps, this.#growth, upTo, store.write)
    else this.#growth.endBatch(true)
    if (this.#growth.size() > size) await this.#put({ record: null, upTo, everything: true })
    await this.#writing
  }

  async #putClose(texts: ClosingTexts): Promise<void> {
    if (this.#deps.release.entriesAfterClose)
      this.#growth = await writeAgain(this.#deps, this.#last, true, () => {})
    const close = await texts.close(this.state().ballots, this.#end?.atMs ?? null)
    this.#closed = true
    await this.#putRecord(close, this.#last.upTo, true)
  }
}

function endRecord(text: string): EndRecord {
  const record = parseRecord(text)
  if (record.entry !== 'end') throw new RangeError('not the end of voting')
  return record
}
