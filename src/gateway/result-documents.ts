/**
 * The result documents of one election: each is created once for all readers, and again after
 * changes when there is spare time. Creating them uses a tenth of a processor (spare-time.ts):
 * while votes arrive, a document gets as old as ten times its cost. A document from before a change
 * of phase is never sent after it.
 */
import type { Phase } from '../core/election/phase.ts'
import type { ResultMaker } from './result-maker.ts'
import type { DocumentAsk, DocumentName } from './result-thread.ts'
import type { ServedElection } from './served-election.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'
import type { SpareTime } from './spare-time.ts'

export interface ResultDocuments {
  /** @returns 'too-busy' if there is no document and none could be created in time */
  readonly current: (ask: DocumentAsk) => Promise<SharedDocument | 'too-busy' | 'results-after-close'>
}

export interface ResultDocumentsDeps {
  readonly maker: Pick<ResultMaker, 'make'>
  /** Spare time for the documents of all elections together. */
  readonly spare: SpareTime
  /** Called after each document is created. */
  readonly onMade: (name: DocumentName) => void
}

/** How long a request waits for a document that is being created. */
const PATIENCE_MS = 10_000

interface Kept {
  readonly document: SharedDocument | null
  readonly phase: Phase
  /** The number of changes of the count before it was created. */
  readonly changes: number
}

export function resultDocuments(
  served: ServedElection,
  { maker, spare, onMade }: ResultDocumentsDeps,
): ResultDocuments {
  let changes = 0
  served.tally.onChange(() => {
    changes++
  })
  // A certified lot changes who is elected, but no count.
  let lots = lotsOf(served)
  served.publicLog.onChange(() => {
    const now = lotsOf(served)
    if (now !== lots) changes++
    lots = now
  })
  // By key: one for each document and each language of the election.
  const kept = new Map<string, Kept>()
  const making = new Map<string, Promise<void>>()

  const make = async (ask: DocumentAsk): Promise<void> => {
    const facts = served.tally.facts()
    const { phase } = facts.figures
    const at = changes
    const { bytes, sha256, cpuMs } = await maker.make(served, ask, facts)
    spare.charge(cpuMs)
    onMade(nameOf(ask))
    kept.set(keyOf(ask), { document: bytes && sharedDocument(bytes, sha256), phase, changes: at })
  }
  /** Waits for the document that is being created, or begins one. */
  const begin = (ask: DocumentAsk): Promise<void> => {
    const key = keyOf(ask)
    const already = making.get(key)
    if (already !== undefined) return already
    const made = make(ask).finally(() => making.delete(key))
    making.set(key, made)
    return made
  }
  const inPhase = (key: string): Kept | undefined => {
    const found = kept.get(key)
    return found?.phase === served.phase() ? found : undefined
  }
  const isStale = (key: string): boolean => inPhase(key)?.changes !== changes
  const mayMake = (key: string): boolean =>
    making.has(key) || inPhase(key) === undefined || spare.waitMs() === 0

  return {
    current: async (ask) => {
      const key = keyOf(ask)
      // The second time is for changes after the counts of the one in progress were read.
      for (let time = 0; time < 2 && isStale(key) && mayMake(key); time++)
        if (!(await inTime(begin(ask)))) break
      const found = inPhase(key)
      if (found === undefined) return 'too-busy'
      return found.document ?? 'results-after-close'
    },
  }
}

const keyOf = (ask: DocumentAsk): string => (typeof ask === 'object' ? `results.csv ${ask.csvIn}` : ask)
const nameOf = (ask: DocumentAsk): DocumentName => (typeof ask === 'object' ? 'results.csv' : ask)

function lotsOf({ publicLog }: ServedElection): string {
  return JSON.stringify(publicLog.state()?.lots ?? {})
}

/** Whether `done` resolves within the request's patience. */
async function inTime(done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false)
  })
  try {
    return await Promise.race([done.then(() => true), late])
  } catch {
    // The maker has logged the reason.
    return false
  } finally {
    clearTimeout(timer)
  }
}
