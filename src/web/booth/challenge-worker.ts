/**
 * Solves one challenge in a thread of its own: says how many numbers it has tried, and the one that
 * it found.
 */
import { tries } from './challenge-tries.ts'

export type FromWorker = { readonly tried: number } | { readonly found: number }

addEventListener('message', ({ data }: MessageEvent<string>) => {
  const trying = tries(data)
  for (;;) {
    const { done, value } = trying.next()
    const message: FromWorker = done ? { found: value } : { tried: value }
    postMessage(message)
    if (done) return
  }
})
