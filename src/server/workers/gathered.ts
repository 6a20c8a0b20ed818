/**
 * The figures of all workers, asked for at once. One that does not answer in time is told of as it was last; of one that
 * has ended, what it counted is kept, so that no sum goes down.
 */
import { countsOfEnded, type Figures, figure } from '../../gateway/worker-figures.ts'

const ANSWER_MS = 1_000

export interface Gathered {
  /** @param ask sends each worker the question, and says which were asked */
  readonly gather: (ask: (question: number) => readonly number[]) => Promise<readonly Figures[]>
  readonly onFigures: (worker: number, question: number, figures: Figures) => void
  readonly onEnded: (worker: number) => void
}

/** @param standing how many workers there are to be, how many are ready, and how often one was started again */
export function gathered(
  standing: () => { readonly wanted: number; readonly ready: number; readonly restarts: number },
): Gathered {
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
      return [ownFigures(standing()), ...last.values(), await ended]
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

function ownFigures(standing: {
  readonly wanted: number
  readonly ready: number
  readonly restarts: number
}) {
  const { wanted, ready, restarts } = standing
  return [
    figure('elections_workers', 'Processes that answer at this port now', 'gauge', ready),
    figure('elections_workers_wanted', 'Processes that are to (--workers)', 'gauge', wanted),
    figure(
      'elections_worker_restarts_total',
      'Times one of them was started again since the server started',
      'counter',
      restarts,
    ),
  ]
}
