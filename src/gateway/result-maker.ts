/**
 * The thread that makes snapshots and result documents (result-thread.ts), as the gateway asks it.
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { CountFacts } from '../core/status/count-facts.ts'
import type { StreamStep } from './delta-chain.ts'
import type { ElectionToKnow, ResultAnswer, ResultAsk, ResultThreadData, StepAsk } from './result-thread.ts'
import type { ServedElection } from './served-election.ts'

export interface Made {
  /** UTF-8; null where it may not be told yet. */
  readonly bytes: Buffer | null
  /** Of the bytes, base64url. */
  readonly sha256: string
  /** Processor time of the thread, in milliseconds. */
  readonly cpuMs: number
}

export interface MadeStep {
  readonly step: StreamStep
  readonly cpuMs: number
}

export interface ResultMaker {
  /**
   * Hands the counts over: the caller has them no more. @throws where the thread failed, or fails
   * too soon again
   */
  readonly make: (
    served: ServedElection,
    what: Exclude<ResultAsk['what'], StepAsk>,
    facts: CountFacts,
  ) => Promise<Made>
  /** The next step of the election's stream in deltas; as `make`. */
  readonly step: (served: ServedElection, ask: StepAsk, facts: CountFacts) => Promise<MadeStep>
  readonly close: () => Promise<void>
}

/**
 * After the thread failed, nothing is asked of a new one for so long: what it died of may come
 * again.
 */
const PAUSE_MS = 5_000

interface Waiting {
  readonly resolve: (answer: Exclude<ResultAnswer, { readonly problem: string }>) => void
  readonly reject: (cause: Error) => void
}

export function resultMaker(version: string, log: Logger): ResultMaker {
  let worker: Worker | undefined
  let notBeforeMs = 0
  let lastId = 0
  let closing = false
  const waiting = new Map<number, Waiting>()
  let numbers = electionNumbers()

  const onAnswer = (answer: ResultAnswer): void => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('problem' in answer) asked?.reject(new Error(answer.problem))
    else asked?.resolve(answer)
  }
  const onEnd = (cause: Error): void => {
    worker = undefined
    if (closing) return
    notBeforeMs = performance.now() + PAUSE_MS
    log.error({ err: cause }, 'the thread that makes results ended; another one is started when it is needed')
    for (const asked of waiting.values()) asked.reject(cause)
    waiting.clear()
  }
  const start = (): Worker => {
    const data: ResultThreadData = { version }
    numbers = electionNumbers()
    const started = new Worker(new URL('./result-thread.ts', import.meta.url), {
      workerData: data,
      // Its garbage is young and plenty: collected early it holds 100 MB less.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    let failure = new Error('the thread that makes results ended')
    started.on('message', onAnswer)
    started.on('error', (cause: Error) => {
      failure = cause
    })
    started.on('exit', () => onEnd(failure))
    return started
  }
  worker = start()

  const asked = async (served: ServedElection, what: ResultAsk['what'], facts: CountFacts) => {
    if (closing || performance.now() < notBeforeMs) throw new Error('results cannot be made now')
    worker ??= start()
    const number = numbers(served, worker)
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<Parameters<Waiting['resolve']>[0]>()
    waiting.set(id, { resolve, reject })
    const ask: ResultAsk = { id, election: number, what, facts }
    worker.postMessage(ask, [facts.counts.buffer])
    return promise
  }

  return {
    make: async (served, what, facts) => madeFrom(await asked(served, what, facts)),
    step: async (served, ask, facts) => {
      const answer = await asked(served, ask, facts)
      if (!('step' in answer)) throw new Error('a step was asked for')
      return answer
    },
    close: async () => {
      closing = true
      for (const asked of waiting.values()) asked.reject(new Error('the server is stopping'))
      waiting.clear()
      await worker?.terminate()
    },
  }
}

function madeFrom(answer: Parameters<Waiting['resolve']>[0]): Made {
  if ('step' in answer) throw new Error('no step was asked for')
  const { cpuMs } = answer
  if (answer.bytes === null) return { bytes: null, sha256: '', cpuMs }
  return { bytes: Buffer.from(answer.bytes.buffer), sha256: answer.sha256, cpuMs }
}

/**
 * The numbers by which one thread knows elections; it is told of each when it is first asked about
 * it.
 */
function electionNumbers(): (served: ServedElection, worker: Worker) => number {
  const numbers = new WeakMap<ServedElection, number>()
  let last = 0
  return (served, worker) => {
    const known = numbers.get(served)
    if (known !== undefined) return known
    const number = ++last
    numbers.set(served, number)
    worker.postMessage({ know: { ...served.election }, number } satisfies ElectionToKnow)
    return number
  }
}
