/** Answers by request id, so that a repeated request gets the answer of the first. */

export interface Repeats<Answer> {
  /**
   * Returns the answer to this request, which may be new, in progress or complete.
   * @param question the same for the same request
   * @param left aborted when this client disconnects
   * @param work its signal aborts when no client waits any longer
   * @returns 'reused' if another request had the id
   */
  readonly answer: (
    id: string,
    question: string,
    left: AbortSignal,
    work: (signal: AbortSignal) => Promise<Answer>,
  ) => Promise<Answer | 'reused'>
}

interface Asked<Answer> {
  readonly question: string
  readonly answer: Promise<Answer>
  readonly abandon: AbortController
  waiting: number
  isDone: boolean
}

/** @param most ids that are kept; beyond it, the oldest answered one is forgotten */
export function repeats<Answer>(most: number): Repeats<Answer> {
  const kept = new Map<string, Asked<Answer>>()
  const forget = (): void => {
    for (const [id, { isDone }] of kept) {
      if (kept.size <= most) return
      if (isDone) kept.delete(id)
    }
  }
  const begin = (question: string, work: (signal: AbortSignal) => Promise<Answer>): Asked<Answer> => {
    const abandon = new AbortController()
    const answer = work(abandon.signal)
    const asked = { question, answer, abandon, waiting: 0, isDone: false }
    const done = (): void => {
      asked.isDone = true
    }
    answer.then(done, done)
    return asked
  }
  return {
    answer: async (id, question, left, work) => {
      const known = kept.get(id)
      if (known !== undefined && known.question !== question) return 'reused'
      const asked = known ?? begin(question, work)
      kept.set(id, asked)
      forget()
      asked.waiting++
      const leave = (): void => {
        if (--asked.waiting === 0 && !asked.isDone) asked.abandon.abort()
      }
      left.addEventListener('abort', leave, { once: true })
      try {
        return await asked.answer
      } finally {
        left.removeEventListener('abort', leave)
      }
    },
  }
}
