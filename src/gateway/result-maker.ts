/**
 * The gateway's side of the thread that creates snapshots and result documents (result-thread.ts).
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { CountFacts } from '../core/status/count-facts.ts'
import type { StreamStep } from './delta-chain.ts'
import type { ElectionToKnow, ResultAnswer, ResultAsk, ResultThreadData, StepAsk } from './result-thread.ts'
import type { ServedElection } from './served-election.ts'

export interface Made {
  /** UTF-8; null if it may not be shown yet. */
  readonly bytes: Buffer | null
  /** SHA-256 of the bytes, base64url. */
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
   * Transfers the counts: the caller no longer has them.
   * @throws if the thread failed, or a failed one may not be started again yet
   */
  readonly make: (
    served: ServedElection,
    what: Exclude<ResultAsk['what'], StepAsk>,
    facts: CountFacts,
  ) => Promise<Made>
  /** The next step of the election's stream of deltas; otherwise as `make`. */
  readonly step: (served: ServedElection, ask: StepAsk, facts: CountFacts) => Promise<MadeStep>
  readonly close: () => Promise<void>
}

/** After a failure of the thread, no new one is started for this long: the failure may repeat. */
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
    log.error({ err: cause }, 'the thread that creates results ended; the next request starts another one')
    for (const asked of waiting.values()) asked.reject(cause)
    waiting.clear()
  }
  const start = (): Worker => {
    const data: ResultThreadData = { version }
    numbers = electionNumbers()
    const started = new Worker(new URL('./result-thread.ts', import.meta.url), {
      workerData: data,
      // Its garbage is young and plentiful: frequent collection saves 100 MB.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    })
    let failure = new Error('the thread that creates results ended')
    started.on('message', onAnswer)
    started.on('error', (cause: Error) => {
      failure = cause
    })
    started.on('exit', () => onEnd(failure))
    return started
  }
  worker = start()

  const asked = async (served: ServedElection, what: ResultAsk['what'], facts: CountFacts) => {
    if (closing || performance.now() < notBeforeMs) throw new Error('results cannot be created now')
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
      if (!('step' in answer)) throw new Error('the answer is not a step')
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
  if ('step' in answer) throw new Error('the answer is a step')
  const { cpuMs } = answer
  if (answer.bytes === null) return { bytes: null, sha256: '', cpuMs }
  return { bytes: Buffer.from(answer.bytes.buffer), sha256: answer.sha256, cpuMs }
}

/**
 * The numbers that identify elections in one thread, which gets each election before its first
 * request.
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
