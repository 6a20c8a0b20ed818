/**
 * The snapshot of this moment, made in the maker's thread for all who ask, and again when there is
 * news and time for it.
 */
import { News } from './news.ts'
import type { ResultMaker } from './result-maker.ts'
import type { ServedElection } from './served-election.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'
import { DATA, EVENT_END } from './snapshot-event.ts'
import type { SpareTime } from './spare-time.ts'

export interface CurrentSnapshot {
  /** Its id, as events bear it. */
  readonly id: number
  readonly document: SharedDocument
  /** The document as an event of the stream. */
  readonly event: Buffer
}

export interface CurrentSnapshots {
  /** Makes one now, or waits for the one being made; where that fails the last one stays. */
  readonly make: () => Promise<void>
  readonly last: () => CurrentSnapshot | undefined
  /** {@link last}, made anew if there is news and time; null where none can be made. */
  readonly current: () => Promise<CurrentSnapshot | null>
  /** Whether something has happened since the counts of the last one were taken. */
  readonly hasChanged: () => boolean
  /** Besides ballots, the phase turns, and votes per second fall back to nothing. */
  readonly hasNews: () => boolean
  /** When the last one was begun, by the process's clock. */
  readonly madeAtMs: () => number
  /** How long until there is time to make one. */
  readonly waitMs: () => number
}

export interface SnapshotDeps {
  readonly maker: Pick<ResultMaker, 'make'>
  /** Of the maker's thread. */
  readonly makerSpare: SpareTime
}

/** @param spare of this thread */
export function currentSnapshots(
  served: ServedElection,
  { maker, makerSpare }: SnapshotDeps,
  spare: SpareTime,
): CurrentSnapshots {
  const news = new News(served)
  let last: CurrentSnapshot | undefined
  let id = Date.now()
  let making: Promise<void> | undefined

  const makeOne = async (): Promise<void> => {
    const facts = spare.spend(() => news.take())
    try {
      const { bytes: event, sha256, cpuMs } = await maker.make(served, { event: ++id }, facts)
      makerSpare.charge(cpuMs)
      if (event === null) return
      const data = event.subarray(event.indexOf(DATA) + DATA.length, -EVENT_END.length)
      last = { id, event, document: sharedDocument(data, sha256) }
    } catch {
      // The maker has said why.
      news.untake()
    } finally {
      making = undefined
    }
  }
  const make = (): Promise<void> => {
    making ??= makeOne()
    return making
  }
  const waitMs = (): number => Math.max(spare.waitMs(), makerSpare.waitMs())

  return {
    make,
    last: () => last,
    current: async () => {
      // The second time is for news that came after the counts of the one being made were taken.
      for (let time = 0; time < 2 && (making !== undefined || news.isThere()); time++) {
        if (making === undefined && last !== undefined && waitMs() > 0) break
        await make()
      }
      return last ?? null
    },
    hasChanged: () => news.hasChanged,
    hasNews: () => news.isThere(),
    madeAtMs: () => news.takenAtMs,
    waitMs,
  }
}
