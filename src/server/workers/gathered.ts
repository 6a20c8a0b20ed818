/**
 * The figures of all workers, asked for at once. One that does not answer in time is told of as it
 * was last; of one that has ended, what it counted is kept, so that no sum goes down.
 */
import { countsOfEnded, type Figures, type Standing, standingFigures } from '../../gateway/worker-figures.ts'

const ANSWER_MS = 1_000

export interface Gathered {
  /** @param ask sends each worker the question, and says which were asked */
  readonly gather: (ask: (question: number) => readonly number[]) => Promise<readonly Figures[]>
  readonly onFigures: (worker: number, question: number, figures: Figures) => void
  readonly onEnded: (worker: number) => void
}

/**
 * @param standing how many workers there are to be, how many are ready, and how often one was
 *   started again
 */
export function gathered(standing: () => Standing): Gathered {
  const last = new Map<number, Figures>()
  const open = new Map<number, { readonly missing: Set<number>; readonly done: () => void }>()
  /** One after the other: what two workers ended with is added up in turn. */
  let ended: Promise<Figures> = Promise.resolve([])
  let asked = 0

  const arrived = (worker: number, question: number): void => {
    const round = open.get(question)
    if (round?.missing.delete(worker) && round.missing.size === 0) round.done()
  }

  return {
    gather: async (ask) => {
      const question = asked++
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(late)
          open.delete(question)
          resolve()
        }
        const late = setTimeout(done, ANSWER_MS)
        const missing = new Set<number>()
        open.set(question, { missing, done })
        for (const worker of ask(question)) missing.add(worker)
        if (missing.size === 0) done()
      })
      return [standingFigures(standing()), ...last.values(), await ended]
    },
    onFigures: (worker, question, figures) => {
      last.set(worker, figures)
      arrived(worker, question)
    },
    onEnded: (worker) => {
      const figures = last.get(worker)
      last.delete(worker)
      if (figures !== undefined) ended = ended.then((before) => countsOfEnded(before, figures))
      for (const question of open.keys()) arrived(worker, question)
    },
  }
}
