/**
 * Processes by their id and the moment they were born, so that an id the system has given to
 * somebody else since is never taken for ours. Reads /proc where there is one, asks `ps` elsewhere.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ProcessRecord {
  readonly pid: number
  /** As `bornAt` told it; equal texts mean the same process. */
  readonly born: string
}

const POLL_MS = 50
const HAS_PROC = existsSync('/proc/self/stat')

/**
 * When a process was born, in the system's own terms; `undefined` where it has ended, reaped or
 * not.
 */
export function bornAt(pid: number): string | undefined {
  return HAS_PROC ? bornByProc(pid) : bornByPs(pid)
}

function bornByProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything; after it come the state and, 19 fields on, the
    // start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function bornByPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
  const [state, ...born] = stdout.trim().split(/\s+/)
  return state === undefined || state === '' || state.startsWith('Z') ? undefined : born.join(' ')
}

export function isAlive(record: ProcessRecord): boolean {
  return bornAt(record.pid) === record.born
}

/** What to know it by later; `undefined` where it has ended already. */
export function recordOf(pid: number): ProcessRecord | undefined {
  const born = bornAt(pid)
  return born === undefined ? undefined : { pid, born }
}

export function send(record: ProcessRecord, signal: NodeJS.Signals): void {
  if (!isAlive(record)) return
  try {
    process.kill(record.pid, signal)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause
  }
}

/** @returns whether it has ended within that time */
export async function ended(record: ProcessRecord, withinMs: number): Promise<boolean> {
  const untilMs = performance.now() + withinMs
  while (isAlive(record)) {
    if (performance.now() >= untilMs) return false
    await sleep(POLL_MS)
  }
  return true
}

/** Asks it to end, and ends it where it does not within the time it has. */
export async function end(record: ProcessRecord, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  send(record, signal)
  if (await ended(record, graceMs)) return
  send(record, 'SIGKILL')
  await ended(record, graceMs)
}
