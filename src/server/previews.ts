/**
 * The thread that draws previews (preview-thread.ts): started when a picture is wanted, ended when
 * none was for a while.
 */
import { Worker } from 'node:worker_threads'
import type { DrawPreview } from '../gateway/previews.ts'
import type { PreviewAnswer, PreviewAsk } from './preview-thread.ts'

/** It holds fonts and a drawing program, 60 MB and more. */
const IDLE_MS = 60_000

export interface Previews {
  readonly draw: DrawPreview
  readonly close: () => Promise<void>
}

export function openPreviews(): Previews {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  const waiting = new Map<number, PromiseWithResolvers<{ png: Buffer; cpuMs: number }>>()

  const onAnswer = (answer: PreviewAnswer): void => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('problem' in answer) asked?.reject(new Error(answer.problem))
    else asked?.resolve({ png: Buffer.from(answer.png.buffer), cpuMs: answer.cpuMs })
    clearTimeout(idle)
    if (waiting.size === 0) idle = setTimeout(() => void end(), IDLE_MS).unref()
  }
  const end = async (): Promise<void> => {
    const ending = worker
    worker = undefined
    clearTimeout(idle)
    for (const asked of waiting.values()) asked.reject(new Error('the thread that draws previews ended'))
    waiting.clear()
    await ending?.terminate()
  }
  const start = (): Worker => {
    const started = new Worker(new URL('./preview-thread.ts', import.meta.url))
    started.on('message', onAnswer)
    // Whoever waits is told by the end that follows.
    started.on('error', () => {})
    started.on('exit', () => {
      if (worker === started) void end()
    })
    return started
  }
  return {
    draw: (election, facts, where) => {
      worker ??= start()
      clearTimeout(idle)
      const id = ++lastId
      const asked = Promise.withResolvers<{ png: Buffer; cpuMs: number }>()
      waiting.set(id, asked)
      const ask: PreviewAsk = { id, election: { ...election }, facts, where }
      worker.postMessage(ask, [facts.counts.buffer])
      return asked.promise
    },
    close: end,
  }
}
