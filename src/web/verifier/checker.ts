/**
 * The page's side of its worker. The worker starts with the page and lives as long, so that nothing
 * is loaded later.
 */
import type { Failure, FromWorker, Job, LookedUp, Outcome, Picture, Progress, ToWorker } from './job.ts'

export type Ended =
  | { readonly how: 'done'; readonly outcome: Outcome }
  | { readonly how: 'failed'; readonly failure: Failure }
  | { readonly how: 'stopped' }

export interface Checking {
  readonly ended: Promise<Ended>
  readonly stop: () => void
}

export interface Checker {
  readonly check: (job: Job, onProgress: (progress: Progress) => void) => Checking
  /** One ballot, by its proof. */
  readonly lookUp: (job: Job) => Promise<LookedUp | Failure>
  /** The text of a QR code in a picture, or null. */
  readonly read: (picture: Picture) => Promise<string | null>
}

export function startChecker(): Checker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (message: FromWorker) => void>()
  let runs = 0
  let broken: string | undefined
  const send = (message: ToWorker) => worker.postMessage(message)

  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => waiting.get(data.run)?.(data))
  // The worker did not load, or it crashed: all pending and later requests fail.
  worker.addEventListener('error', (event) => {
    broken = event.message || 'the worker did not start'
    for (const run of [...waiting.keys()]) reportBroken(run)
  })
  const reportBroken = (run: number) =>
    waiting.get(run)?.({ type: 'failed', run, failure: { why: 'fault', detail: broken! } })

  return {
    check: (job, onProgress) => {
      const run = ++runs
      const ended = new Promise<Ended>((resolve) => {
        const end = (how: Ended) => {
          waiting.delete(run)
          resolve(how)
        }
        waiting.set(run, (message) => {
          if (message.type === 'progress') onProgress(message.progress)
          else if (message.type === 'done') end({ how: 'done', outcome: message.outcome })
          else if (message.type === 'failed') end({ how: 'failed', failure: message.failure })
          else if (message.type === 'stopped') end({ how: 'stopped' })
        })
      })
      if (broken !== undefined) reportBroken(run)
      else send({ type: 'check', run, job, processors: navigator.hardwareConcurrency || 1 })
      return { ended, stop: () => send({ type: 'stop', run }) }
    },
    lookUp: (job) => {
      const run = ++runs
      return new Promise((resolve) => {
        waiting.set(run, (message) => {
          waiting.delete(run)
          if (message.type === 'looked-up') resolve(message.found)
          else if (message.type === 'failed') resolve(message.failure)
        })
        if (broken !== undefined) reportBroken(run)
        else send({ type: 'look-up', run, job })
      })
    },
    read: (picture) => {
      const run = ++runs
      return new Promise((resolve) => {
        waiting.set(run, (message) => {
          waiting.delete(run)
          resolve(message.type === 'text' ? message.text : null)
        })
        if (broken !== undefined) reportBroken(run)
        else send({ type: 'picture', run, picture })
      })
    },
  }
}
