/**
 * Checkpoints (c2sp.org/tlog-checkpoint): the text of the note by which a log says its size and
 * root. No I/O.
 */
import { base64, fromBase64 } from './base64.ts'
import { Malformed } from './malformed.ts'
import { asHash, HASH_BYTES, type Hash } from './merkle.ts'

/** More than any note has: `parseNote` lets no longer one through. */
const MOST_CHARACTERS = 1_000_000

export interface Checkpoint {
  /** Names the log. */
  readonly origin: string
  /** Leaves, below 2^53. */
  readonly size: number
  readonly root: Hash
  /** Lines after the first three: opaque. */
  readonly extensions: readonly string[]
}

/**
 * The note's text. @throws RangeError for lines that are empty or hold a line feed, and for a size
 * that is none
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`no tree has ${size} leaves`)
  const lines = [origin, String(size), base64(asHash(root)), ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n')))
    throw new RangeError('a line of a checkpoint is neither empty nor two')
  return lines.map((line) => `${line}\n`).join('')
}

/** @throws Malformed for a note's text that is not exactly a checkpoint */
export function parseCheckpoint(text: string): Checkpoint {
  if (text.length > MOST_CHARACTERS) throw new Malformed('a checkpoint too long')
  if (!text.endsWith('\n')) throw new Malformed('a checkpoint that does not end')
  const lines = text.slice(0, -1).split('\n')
  const [origin = '', size = '', root = '', ...extensions] = lines
  if (lines.length < 3 || lines.includes(''))
    throw new Malformed('a checkpoint has three lines or more, none empty')
  return { origin, size: parseSize(size), root: parseHash(root), extensions }
}

/** A size or index in decimal, without leading zeros, below 2^53. @throws Malformed */
export function parseSize(text: string): number {
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw new Malformed('not a size')
  return size
}

/** A hash in base64. @throws Malformed */
export function parseHash(text: string): Hash {
  const bytes = text.length === 44 ? fromBase64(text) : new Uint8Array(0)
  if (bytes.length !== HASH_BYTES) throw new Malformed('not a hash in base64')
  return asHash(bytes)
}
