/**
 * What the command remembers of logs (core/verify/memory.ts), in a file: without it nobody notices
 * a rollback.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseBounded } from '../../core/log/bounded-json.ts'
import {
  BLANK_MEMORY,
  byKey,
  type KnownLog,
  type Memory,
  type SeenNote,
  type Verified,
  withVerified,
} from '../../core/verify/memory.ts'
import { replaceFile } from '../node/durable-file.ts'
import { BadInput } from './bad-input.ts'
import { readPlain } from './plain-file.ts'

const FORMAT = 'digital-elections/verify-state/v2'
/** Logs by their names alone, as they were kept once. */
const FORMAT_BY_NAME = 'digital-elections/verify-state/v1'
const BOUNDS = { logs: 200, checkpoints: 64, characters: 256 * 1024 }
/** More than so many logs of a checkpoint of a megabyte each. */
const MOST_BYTES = 300 * 1024 * 1024
/** A note, its line feeds written as two characters. */
const MOST_TEXT = 2_100_000

/** @throws {BadInput} where there is something that is no such state */
export function readVerifyState(path: string): Memory {
  const bytes = readPlain(path, MOST_BYTES)
  if (bytes === undefined) return BLANK_MEMORY
  const memory = bytes.length > MOST_BYTES ? undefined : parsed(Buffer.from(bytes).toString('utf8'))
  if (memory === undefined)
    throw new BadInput(path, [
      { message: 'is not a state file of "elections verify": name another with --state, or move it away' },
    ])
  return memory
}

function parsed(text: string): Memory | undefined {
  let value: unknown
  try {
    value = parseBounded(text, { text: MOST_TEXT }).value
  } catch {
    return undefined
  }
  const { format, logs, places } = asObject(value)
  if (format !== FORMAT && format !== FORMAT_BY_NAME) return undefined
  const known: [string, KnownLog][] = []
  for (const [name, log] of Object.entries(asObject(logs))) {
    const { key, checkpoints } = asObject(log)
    if (typeof key !== 'string' || !Array.isArray(checkpoints)) return undefined
    const seen = checkpoints.map(seenNote)
    if (!seen.every((each) => each !== undefined)) return undefined
    known.push([name, { key, checkpoints: seen }])
  }
  const at: [string, string][] = []
  for (const [place, name] of Object.entries(asObject(places))) {
    if (typeof name !== 'string') return undefined
    at.push([place, name])
  }
  return byKey({ logs: known, places: at })
}

function seenNote(value: unknown): SeenNote | undefined {
  const { note, seen_at } = asObject(value)
  if (typeof note !== 'string' || typeof seen_at !== 'string') return undefined
  const seenAtMs = Date.parse(seen_at)
  return Number.isNaN(seenAtMs) ? undefined : { note, seenAtMs }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

/**
 * Adds a verified checkpoint: the whole file or none of it is written. @throws {BadInput} where it
 * cannot be
 */
export function remember(path: string, verified: Verified): void {
  // Read again: another verification may have ended meanwhile.
  const { logs, places } = withVerified(readVerifyState(path), verified, BOUNDS)
  const state = {
    format: FORMAT,
    logs: Object.fromEntries(
      logs.map(([key, { checkpoints }]) => [key, { key, checkpoints: written(checkpoints) }]),
    ),
    places: Object.fromEntries(places),
  }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    replaceFile(path, `${JSON.stringify(state, null, 1)}\n`, 0o600)
  } catch (cause) {
    throw new BadInput(path, [{ message: `cannot be written: ${(cause as Error).message}` }])
  }
}

function written(checkpoints: readonly SeenNote[]) {
  return checkpoints.map(({ note, seenAtMs }) => ({ note, seen_at: new Date(seenAtMs).toISOString() }))
}
