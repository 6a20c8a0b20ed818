/**
 * What a verifier remembers from one verification to the next: by each log's key the checkpoints it has shown, and which
 * log stands at which address. Without it nobody notices a log that was rolled back or written anew. A log is its key: one
 * of the same name and another key is another log.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseBounded } from '../../core/log/bounded-json.ts'
import { replaceFile } from '../node/durable-file.ts'
import { BadInput } from './bad-input.ts'
import { readPlain } from './plain-file.ts'

export interface KnownLog {
  /** C2SP verifier key. */
  readonly key: string
  /** Signed notes, oldest first. */
  readonly checkpoints: readonly SeenNote[]
}

interface SeenNote {
  readonly note: string
  readonly seen_at: string
}

export interface VerifyState {
  /** By verifier key, the one seen last at the end. */
  readonly logs: Readonly<Record<string, KnownLog>>
  /** Verifier keys by address. */
  readonly places: Readonly<Record<string, string>>
}

const FORMAT = 'digital-elections/verify-state/v2'
/** Logs by their names alone, as they were kept once. */
const FORMAT_BY_NAME = 'digital-elections/verify-state/v1'
/** The newest stands for the older ones, which were compared with it; these are kept as evidence. */
const MOST_CHECKPOINTS = 64
/** Characters of a log's checkpoints but for the newest: a stranger's can be a megabyte each. */
const MOST_CHARACTERS = 256 * 1024
const MOST_LOGS = 200
/** More than so many logs of a checkpoint of a megabyte each. */
const MOST_BYTES = 300 * 1024 * 1024
/** A note, its line feeds written as two characters. */
const MOST_TEXT = 2_100_000

/** A state without prototype, so that no key or address names anything but what was put there. */
const empty = (): { logs: Record<string, KnownLog>; places: Record<string, string> } => ({
  logs: Object.create(null) as Record<string, KnownLog>,
  places: Object.create(null) as Record<string, string>,
})

/** @throws {BadInput} where there is something that is no such state */
export function readVerifyState(path: string): VerifyState {
  const bytes = readPlain(path, MOST_BYTES)
  if (bytes === undefined) return empty()
  const state = bytes.length > MOST_BYTES ? undefined : parsed(Buffer.from(bytes).toString('utf8'))
  if (state === undefined)
    throw new BadInput(path, [
      { message: 'is not a state file of "elections verify": name another with --state, or move it away' },
    ])
  return state
}

function parsed(text: string): VerifyState | undefined {
  let value: unknown
  try {
    value = parseBounded(text, { text: MOST_TEXT }).value
  } catch {
    return undefined
  }
  const { format, logs, places } = asObject(value)
  if (format !== FORMAT && format !== FORMAT_BY_NAME) return undefined
  const state = empty()
  const keys = new Map<string, string>()
  for (const [name, log] of Object.entries(asObject(logs))) {
    const { key, checkpoints } = asObject(log)
    if (typeof key !== 'string' || !Array.isArray(checkpoints)) return undefined
    const seen = checkpoints.map(seenNote)
    if (!seen.every((each) => each !== undefined)) return undefined
    state.logs[key] = { key, checkpoints: seen }
    keys.set(name, key)
  }
  for (const [place, name] of Object.entries(asObject(places))) {
    if (typeof name !== 'string') return undefined
    const key = keys.get(name)
    if (key !== undefined) state.places[place] = key
  }
  return state
}

function seenNote(value: unknown): SeenNote | undefined {
  const { note, seen_at } = asObject(value)
  if (typeof note !== 'string' || typeof seen_at !== 'string' || Number.isNaN(Date.parse(seen_at)))
    return undefined
  return { note, seen_at }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

export interface Remembered {
  readonly key: string
  readonly note: string
  readonly seenAtMs: number
  /** The address, where addresses are remembered. */
  readonly place?: string | undefined
}

/** Adds a verified checkpoint: the whole file or none of it is written. @throws {BadInput} where it cannot be */
export function remember(path: string, { key, note, seenAtMs, place }: Remembered): void {
  // Read again: another verification may have ended meanwhile.
  const { logs, places } = readVerifyState(path)
  const before = logs[key]?.checkpoints ?? []
  const checkpoints =
    before.at(-1)?.note === note ? before : [...before, { note, seen_at: new Date(seenAtMs).toISOString() }]
  const others = Object.entries(logs).filter(([other]) => other !== key)
  const kept = [...others, [key, { key, checkpoints: newest(checkpoints) }] as const].slice(-MOST_LOGS)
  const all = place === undefined ? places : { ...places, [place]: key }
  const isKept = new Set(kept.map(([each]) => each))
  const state = {
    format: FORMAT,
    logs: Object.fromEntries(kept),
    places: Object.fromEntries(Object.entries(all).filter(([, its]) => isKept.has(its))),
  }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    replaceFile(path, `${JSON.stringify(state, null, 1)}\n`, 0o600)
  } catch (cause) {
    throw new BadInput(path, [{ message: `cannot be written: ${(cause as Error).message}` }])
  }
}

/** As many as are kept, the last one always. */
function newest(checkpoints: readonly SeenNote[]): readonly SeenNote[] {
  const some = checkpoints.slice(-MOST_CHECKPOINTS)
  let characters = 0
  const from = some.findLastIndex(({ note }, i) => {
    characters += note.length
    return i < some.length - 1 && characters > MOST_CHARACTERS
  })
  return some.slice(from + 1)
}
