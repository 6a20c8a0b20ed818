/**
 * Preloaded into a server: its wall clock stands at what a file says, in ms since 1970, from when there is one. So a test
 * ends voting when it is ready for that, and entries have the same times in every run.
 */
import { readFileSync } from 'node:fs'

const file = process.env.TEST_CLOCK_FILE
if (file !== undefined) {
  const systemNowMs = Date.now
  Date.now = () => {
    try {
      return Number(readFileSync(file, 'utf8'))
    } catch {
      return systemNowMs()
    }
  }
}

/** The environment of such a server. */
export function movedClock(clockFile: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${import.meta.url}`, TEST_CLOCK_FILE: clockFile }
}
