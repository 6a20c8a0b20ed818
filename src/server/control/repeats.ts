/**
 * Answers by request id, so that a request that comes again is answered as it was the first time.
 */

export interface Repeats<Answer> {
  /**
   * The answer to this request: made now, being made, or made before.
   * @param question the same for the same request
   * @param work aborted once nobody waits for it any more
   * @param left aborted when this asker goes
   * @returns 'reused' where another request had the id
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

/** @param most ids that are remembered; of more the oldest that is answered is forgotten */
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
