/**
 * Checkpoints (C2SP tlog-checkpoint): the text of the note in which a log states its size and root.
 */
import { base64, fromBase64 } from './base64.ts'
import { Malformed } from './malformed.ts'
import { asHash, HASH_BYTES, type Hash } from './merkle.ts'

/** The limit of a note; `parseNote` refuses longer ones. */
const MOST_CHARACTERS = 1_000_000

export interface Checkpoint {
  /** The name of the log. */
  readonly origin: string
  /** The number of leaves, below 2^53. */
  readonly size: number
  readonly root: Hash
  /** The lines after the first three, uninterpreted. */
  readonly extensions: readonly string[]
}

/**
 * Writes the text of a checkpoint's note (C2SP tlog-checkpoint).
 * @throws {RangeError} if a line is empty or contains a line feed, the size is not a count below
 *   2^53, or the root is not 32 bytes
 */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not a number of leaves`)
  const lines = [origin, String(size), base64(asHash(root)), ...extensions]
  if (lines.some((line) => line === '' || line.includes('\n')))
    throw new RangeError('a line of a checkpoint is empty or contains a line feed')
  return lines.map((line) => `${line}\n`).join('')
}

/**
 * Parses the text of a checkpoint's note (C2SP tlog-checkpoint).
 * @throws {Malformed} if the text is not exactly a checkpoint
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (text.length > MOST_CHARACTERS)
    throw new Malformed(`a checkpoint longer than ${MOST_CHARACTERS} characters`)
  if (!text.endsWith('\n')) throw new Malformed('a checkpoint that does not end with a line feed')
  const lines = text.slice(0, -1).split('\n')
  const [origin = '', size = '', root = '', ...extensions] = lines
  if (lines.length < 3 || lines.includes(''))
    throw new Malformed('a checkpoint has three lines or more, none empty')
  return { origin, size: parseSize(size), root: parseHash(root), extensions }
}

/**
 * Parses a size or an index: decimal, without leading zeros, below 2^53.
 * @throws {Malformed} if it is anything else
 */
export function parseSize(text: string): number {
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw new Malformed('not a size')
  return size
}

/**
 * Parses a hash of 32 bytes in base64.
 * @throws {Malformed} if it is anything else
 */
export function parseHash(text: string): Hash {
  const bytes = text.length === 44 ? fromBase64(text) : new Uint8Array(0)
  if (bytes.length !== HASH_BYTES) throw new Malformed('not a hash in base64')
  return asHash(bytes)
}
