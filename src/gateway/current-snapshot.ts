/**
 * The present snapshot, created in the maker's thread for all readers, and again after changes when
 * there is spare time.
 */
import { News } from './news.ts'
import type { ResultMaker } from './result-maker.ts'
import type { ServedElection } from './served-election.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'
import { DATA, EVENT_END } from './snapshot-event.ts'
import type { SpareTime } from './spare-time.ts'

export interface CurrentSnapshot {
  /** Its id in events. */
  readonly id: number
  readonly document: SharedDocument
  /** The document as an event of the stream. */
  readonly event: Buffer
}

export interface CurrentSnapshots {
  /** Creates one now, or waits for the one in progress; if that fails, the last one stays. */
  readonly make: () => Promise<void>
  readonly last: () => CurrentSnapshot | undefined
  /**
   * Returns {@link last}, created again if something changed and there is time; null if none can be
   * created.
   */
  readonly current: () => Promise<CurrentSnapshot | null>
  /** Whether something has changed since the counts of the last one were read. */
  readonly hasChanged: () => boolean
  /** Like `hasChanged`; also true if the phase changed or votes per second must return to zero. */
  readonly hasNews: () => boolean
  /** When the last one was begun, by the process's clock. */
  readonly madeAtMs: () => number
  /** Milliseconds until there is time to create one. */
  readonly waitMs: () => number
}

export interface SnapshotDeps {
  readonly maker: Pick<ResultMaker, 'make'>
  /** Spare time of the maker's thread. */
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
      // The maker has logged the reason.
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
      // The second time is for changes after the counts of the one in progress were read.
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
