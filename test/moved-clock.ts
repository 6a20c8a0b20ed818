/**
 * Preloaded into a server. If a file exists, it sets the server's wall clock. So a test can end
 * voting when it is ready, and entries have the same times in every run.
 *
 * The file contains ms since 1970, at which the clock stands still; or "+" and the ms by which it
 * is ahead of the machine's clock.
 */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const file = process.env.TEST_CLOCK_FILE
if (file !== undefined) {
  const systemNowMs = Date.now
  Date.now = () => {
    try {
      const text = readFileSync(file, 'utf8')
      return text.startsWith('+') ? systemNowMs() + Number(text) : Number(text)
    } catch {
      return systemNowMs()
    }
  }
  // Pages go by the Date header, and Node would write that by the machine's clock.
  const { writeHead } = ServerResponse.prototype
  ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    if (this.sendDate) this.setHeader('date', new Date(Date.now()).toUTCString())
    return Reflect.apply(writeHead, this, args)
  } as typeof writeHead
}

/** The environment variables for such a server. */
export function movedClock(clockFile: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${import.meta.url}`, TEST_CLOCK_FILE: clockFile }
}

export interface PutForward {
  /** The environment for servers and commands that use this clock. */
  readonly env: Readonly<Record<string, string>>
  /** Sets their time, which continues from there. It cannot go backwards. */
  readonly to: (atMs: number) => void
  readonly nowMs: () => number
}

let clocks: string | undefined

function newClockFile(): string {
  if (clocks === undefined) {
    const dir = mkdtempSync(join(tmpdir(), 'elections-clocks-'))
    process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
    clocks = dir
  }
  return join(clocks, crypto.randomUUID())
}

/**
 * For an election whose voting begins or ends when the test decides.
 */
export function putForward(): PutForward {
  const clockFile = newClockFile()
  let aheadMs = 0
  return {
    env: movedClock(clockFile),
    to: (atMs) => {
      aheadMs = Math.max(aheadMs, atMs - Date.now())
      // Atomic: no reader sees half of it.
      writeFileSync(`${clockFile}.new`, `+${aheadMs}`)
      renameSync(`${clockFile}.new`, clockFile)
    },
    nowMs: () => Date.now() + aheadMs,
  }
}

/**
 * A time for voting to begin or end, Unix milliseconds. It is a whole second, because a page reads
 * the server's time from the `Date` header, which has no fractions.
 */
export const inFiveMinutes = (): number => Math.ceil(Date.now() / 1000) * 1000 + 300_000
