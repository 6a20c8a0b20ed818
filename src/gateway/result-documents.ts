/**
 * The result documents of one election: each is made once for all who ask, and again when there is
 * news and time for it. Making them takes a tenth of a processor (spare-time.ts): a document that
 * takes long to make gets as old as ten times that while votes come in. One made before the phase
 * turned is never sent after.
 */
import type { Phase } from '../core/election/phase.ts'
import type { ResultMaker } from './result-maker.ts'
import type { DocumentAsk, DocumentName } from './result-thread.ts'
import type { ServedElection } from './served-election.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'
import type { SpareTime } from './spare-time.ts'

export interface ResultDocuments {
  /** @returns 'too-busy' where there is none, and none could be made in time */
  readonly current: (ask: DocumentAsk) => Promise<SharedDocument | 'too-busy' | 'results-after-close'>
}

export interface ResultDocumentsDeps {
  readonly maker: Pick<ResultMaker, 'make'>
  /** Of all elections' documents together. */
  readonly spare: SpareTime
  /** Told of every document made. */
  readonly onMade: (name: DocumentName) => void
}

/** How long somebody waits for a document that is being made. */
const PATIENCE_MS = 10_000

interface Kept {
  readonly document: SharedDocument | null
  readonly phase: Phase
  /** Changes of the count before it was made. */
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
  // A lot that is certified changes who is elected, and no count.
  let lots = lotsOf(served)
  served.publicLog.onChange(() => {
    const now = lotsOf(served)
    if (now !== lots) changes++
    lots = now
  })
  // By key: as many as there are documents, and languages of the election.
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
  /** The document being made, or one that is made now. */
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
      // The second time is for news that came after the counts of the one being made were taken.
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

/** Whether something was done within the patience of who waits for it. */
async function inTime(done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false)
  })
  try {
    return await Promise.race([done.then(() => true), late])
  } catch {
    // The maker has said why.
    return false
  } finally {
    clearTimeout(timer)
  }
}
