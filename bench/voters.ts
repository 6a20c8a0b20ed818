/** Honest voters of a benchmark, and its other scripts: each runs in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { whole } from './report.ts'

/** Voters at once. */
const VOTERS = 8

export interface VotersReport {
  readonly next: number
  readonly perSecond: number
  readonly accepted: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export type Voters = (seconds: number) => Promise<VotersReport>

export interface VotersOptions {
  readonly url: string
  readonly keysFile: string
  /** Number of keys in the file. */
  readonly keys: number
  readonly path: string
  /** The members of a ballot other than the key. */
  readonly choices: string
}

/**
 * Voters who continue with the remaining keys at each call.
 * @throws Error if the keys are used up, because a rate without voters says nothing
 */
export function votersOf({ url, keysFile, keys, path, choices }: VotersOptions): Voters {
  let first = 0
  return async (seconds) => {
    const child = startScript('./abuse-voters.ts', [url, keysFile, first, seconds, VOTERS, path, choices])
    const report = JSON.parse(await lineOf(child)) as VotersReport
    first = report.next
    if (first >= keys) throw new Error(`the ${whole(keys)} keys are used up: the rate cannot be measured`)
    return report
  }
}

/** Starts a script of this folder. */
export function startScript(file: string, args: readonly (string | number)[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  return spawn(process.execPath, [path, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
}

export async function lineOf(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
  return line
}
