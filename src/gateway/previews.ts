/**
 * `/e/ID/preview.png`: how the election stands as a picture, for whatever shows a preview of its
 * link. One is drawn for all who ask, at most every half minute and in a tenth of a processor,
 * elsewhere than where votes are taken.
 */
import type { FastifyInstance } from 'fastify'
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import type { CountFacts } from '../core/status/count-facts.ts'
import { sendProblem } from './problem.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { perElection } from './served-elections.ts'
import { type SharedDocument, sendShared, sharedDocument } from './shared-document.ts'
import type { Site } from './site.ts'
import { SpareTime } from './spare-time.ts'

/**
 * Draws a PNG of 1200 × 630; it takes the counts over. @param where the address people open, to
 * stand on it
 */
export type DrawPreview = (
  election: Election,
  facts: CountFacts,
  where: string | null,
) => Promise<{ readonly png: Buffer; readonly cpuMs: number }>

const AS = { type: 'image/png', age: 'public, max-age=30' }
const FRESH_MS = 30_000
/** A drawing that takes longer is not waited for. */
const PATIENCE_MS = 10_000
/**
 * Pictures of several elections that are drawn, or wait to be, while it is not known yet what they
 * take.
 */
const MOST_AT_ONCE = 4

/** Draws one, and counts what it took. */
type Draw = (served: ServedElection, facts: CountFacts) => Promise<Buffer>

interface Kept {
  readonly document: SharedDocument
  readonly phase: Phase
  readonly madeAtMs: number
}

export function previewRoute(
  app: FastifyInstance,
  elections: ServedElections,
  draw: DrawPreview,
  { origin, path }: Site,
): void {
  const spare = new SpareTime()
  const where = origin && (origin.replace(/^https?:\/\//, '') + path).replace(/\/$/, '')
  let underWay = 0
  const drawOne: Draw = async (served, facts) => {
    underWay++
    try {
      const { png, cpuMs } = await draw(served.election, facts, where)
      spare.charge(cpuMs)
      return png
    } finally {
      underWay--
    }
  }
  const hasTime = () => spare.waitMs() === 0 && underWay < MOST_AT_ONCE
  const previewOf = perElection(elections, (served) => preview(served, hasTime, drawOne))
  app.get('/e/:id/preview.png', async (request, reply) => {
    const served = elections.byId.get((request.params as { id: string }).id)
    if (served === undefined) return sendProblem(reply, 'unknown-election')
    const found = await previewOf.of(served)()
    if (found === undefined) return sendProblem(reply, 'too-busy')
    reply.header('cross-origin-resource-policy', 'cross-origin')
    return sendShared(request, reply, found, AS)
  })
}

/**
 * The picture as it stands; one that was drawn in another phase is never sent. undefined where
 * there is no time for it.
 */
function preview(
  served: ServedElection,
  hasTime: () => boolean,
  draw: Draw,
): () => Promise<SharedDocument | undefined> {
  let kept: Kept | undefined
  let notBeforeMs = Number.NEGATIVE_INFINITY
  let making: Promise<void> | undefined
  const make = async (): Promise<void> => {
    const facts = served.tally.facts()
    const { phase } = facts.figures
    const madeAtMs = performance.now()
    try {
      const png = await draw(served, facts)
      kept = { document: sharedDocument(png, undefined, 'never'), phase, madeAtMs }
    } catch {
      // What it died of is there the next time, too.
      notBeforeMs = performance.now() + FRESH_MS
    }
  }
  return async () => {
    const isOfNow = (): boolean => kept?.phase === served.phase()
    if (isOfNow() && performance.now() - kept!.madeAtMs < FRESH_MS) return kept!.document
    if (making === undefined && performance.now() >= notBeforeMs && hasTime())
      making = make().finally(() => {
        making = undefined
      })
    if (making !== undefined && !isOfNow())
      await Promise.race([making, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref())])
    return isOfNow() ? kept!.document : undefined
  }
}
