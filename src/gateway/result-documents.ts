/**
 * The result documents of one election: each is made once for all who ask, and again when there is news and time for
 * it. Making them takes a tenth of a processor (spare-time.ts): a document that takes long to make gets as old as ten
 * times that while votes come in. One made before the phase turned is never sent after.
 */
import type { Phase } from '../core/election/phase.ts'
import type { ResultMaker } from './result-maker.ts'
import type { DocumentName } from './result-thread.ts'
import type { ServedElection } from './served-election.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'
import type { SpareTime } from './spare-time.ts'

export interface ResultDocuments {
  /** @returns 'too-busy' where there is none, and none could be made in time */
  readonly current: (name: DocumentName) => Promise<SharedDocument | 'too-busy' | 'results-after-close'>
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
  const kept = new Map<DocumentName, Kept>()
  const making = new Map<DocumentName, Promise<void>>()

  const make = async (name: DocumentName): Promise<void> => {
    const facts = served.tally.facts()
    const { phase } = facts.figures
    const at = changes
    const { bytes, sha256, cpuMs } = await maker.make(served, name, facts)
    spare.charge(cpuMs)
    onMade(name)
    kept.set(name, { document: bytes && sharedDocument(bytes, sha256), phase, changes: at })
  }
  /** The document being made, or one that is made now. */
  const begin = (name: DocumentName): Promise<void> => {
    const already = making.get(name)
    if (already !== undefined) return already
    const made = make(name).finally(() => making.delete(name))
    making.set(name, made)
    return made
  }
  const inPhase = (name: DocumentName): Kept | undefined => {
    const found = kept.get(name)
    return found?.phase === served.phase() ? found : undefined
  }
  const isStale = (name: DocumentName): boolean => inPhase(name)?.changes !== changes
  const mayMake = (name: DocumentName): boolean =>
    making.has(name) || inPhase(name) === undefined || spare.waitMs() === 0

  return {
    current: async (name) => {
      // The second time is for news that came after the counts of the one being made were taken.
      for (let time = 0; time < 2 && isStale(name) && mayMake(name); time++)
        if (!(await inTime(begin(name)))) break
      const found = inPhase(name)
      if (found === undefined) return 'too-busy'
      return found.document ?? 'results-after-close'
    },
  }
}

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
