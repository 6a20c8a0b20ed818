/**
 * What a verifier remembers from one verification to the next: each log's key and the checkpoints it has shown, and which
 * log stands at which address. Without it nobody notices a log that was rolled back or written anew.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { BadInput } from './bad-input.ts'

export interface KnownLog {
  /** C2SP verifier key. */
  readonly key: string
  /** Signed notes, oldest first. */
  readonly checkpoints: readonly { readonly note: string; readonly seen_at: string }[]
}

export interface VerifyState {
  /** By origin. */
  readonly logs: Readonly<Record<string, KnownLog>>
  /** Origins by address. */
  readonly places: Readonly<Record<string, string>>
}

const FORMAT = 'digital-elections/verify-state/v1'
/** The newest stands for the older ones, which were compared with it; these are kept as evidence. */
const MOST_CHECKPOINTS = 64

/** A state without prototype, so that no origin or address names anything but what was put there. */
const empty = (): { logs: Record<string, KnownLog>; places: Record<string, string> } => ({
  logs: Object.create(null) as Record<string, KnownLog>,
  places: Object.create(null) as Record<string, string>,
})

/** @throws {BadInput} where there is a file that is no such state */
export function readVerifyState(path: string): VerifyState {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return empty()
    throw new BadInput(path, [{ message: `cannot be read: ${(cause as Error).message}` }])
  }
  const state = parsed(text)
  if (state === undefined)
    throw new BadInput(path, [
      { message: 'is not a state file of "elections verify": name another with --state, or move it away' },
    ])
  return state
}

function parsed(text: string): VerifyState | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { format, logs, places } = asObject(value)
  if (format !== FORMAT) return undefined
  const state = empty()
  for (const [origin, log] of Object.entries(asObject(logs))) {
    const { key, checkpoints } = asObject(log)
    if (typeof key !== 'string' || !Array.isArray(checkpoints) || !checkpoints.every(isSeen)) return undefined
    state.logs[origin] = { key, checkpoints }
  }
  for (const [place, origin] of Object.entries(asObject(places))) {
    if (typeof origin !== 'string') return undefined
    state.places[place] = origin
  }
  return state
}

function isSeen(value: unknown): boolean {
  const { note, seen_at } = asObject(value)
  return typeof note === 'string' && typeof seen_at === 'string' && !Number.isNaN(Date.parse(seen_at))
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

export interface Remembered {
  readonly origin: string
  readonly key: string
  readonly note: string
  readonly seenAtMs: number
  /** The address, where addresses are remembered. */
  readonly place?: string | undefined
}

/** Adds a verified checkpoint: the whole file or none of it is written. @throws {BadInput} where it cannot be */
export function remember(path: string, { origin, key, note, seenAtMs, place }: Remembered): void {
  // Read again: another verification may have ended meanwhile.
  const { logs, places } = readVerifyState(path)
  const before = logs[origin]?.checkpoints ?? []
  const checkpoints =
    before.at(-1)?.note === note
      ? before
      : [...before, { note, seen_at: new Date(seenAtMs).toISOString() }].slice(-MOST_CHECKPOINTS)
  const state = {
    format: FORMAT,
    logs: { ...logs, [origin]: { key, checkpoints } },
    places: place === undefined ? places : { ...places, [place]: origin },
  }
  const draft = join(dirname(path), `.verify-${randomBytes(6).toString('hex')}.new`)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const file = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(file, `${JSON.stringify(state, null, 1)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw new BadInput(path, [{ message: `cannot be written: ${(cause as Error).message}` }])
  }
}
