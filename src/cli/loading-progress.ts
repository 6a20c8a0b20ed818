/** Prints to stderr how far a large election is loaded, if loading takes longer than 2 s. */
import type { Loading } from '../server/one-machine.ts'

const QUIET_MS = 2_000
const EVERY_MS = 2_000

export function loadingProgress(): Loading {
  let nextAtMs = performance.now() + QUIET_MS
  let isPrinted = false
  return {
    onProgress: (electionId, done, total) => {
      if (performance.now() < nextAtMs) return
      nextAtMs = performance.now() + EVERY_MS
      isPrinted = true
      process.stderr.write(`loading ${electionId}: ${Math.floor((100 * done) / total)} %\n`)
    },
    done: () => {
      if (isPrinted) process.stderr.write('loaded\n')
    },
  }
}
