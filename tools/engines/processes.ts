/**
 * Identifies processes by their id and start time, so that a process that has got a reused id is
 * never taken for ours. Reads /proc if it exists, otherwise runs `ps`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ProcessRecord {
  readonly pid: number
  /** From `bornAt`; equal texts mean the same process. */
  readonly born: string
}

const POLL_MS = 50
const HAS_PROC = existsSync('/proc/self/stat')

/**
 * The start time of a process, in the system's own format; `undefined` if it has ended, reaped or
 * not.
 */
export function bornAt(pid: number): string | undefined {
  return HAS_PROC ? bornByProc(pid) : bornByPs(pid)
}

function bornByProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may contain anything. It is followed by the state and, 19 fields
    // later, the start time.
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

/** A record that identifies it later; `undefined` if it has already ended. */
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

/** Asks it to end, and kills it if it does not end within its time limit. */
export async function end(record: ProcessRecord, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  send(record, signal)
  if (await ended(record, graceMs)) return
  send(record, 'SIGKILL')
  await ended(record, graceMs)
}
