/**
 * Ballots on their way to the committer: one packed buffer and one string per batch, since passing
 * an object per ballot between threads costs twenty times as much.
 */
import type { RecordedBallot } from '../../ports/ballot-box.ts'
import type { Tag } from '../../ports/digest.ts'

export const TAG_BYTES = 32
export const NONCE_BYTES = 16
export const RETRY_BYTES = 16
const ROW_BYTES = TAG_BYTES + NONCE_BYTES + RETRY_BYTES

export interface PackedBatch {
  /** Per ballot: tag, nonce, retry mark (zeros: none). */
  readonly rows: Buffer
  readonly districts: Uint16Array
  /** Choices of all ballots, a line feed between them. */
  readonly choices: string
  /** Unix seconds of the end of the turnout span the batch falls in. */
  readonly until: number
}

export interface LogRow {
  readonly recorded: RecordedBallot
  readonly tag: Tag
  readonly retryMark: string | null
}

export function packBatch(ballots: readonly LogRow[], until: number): PackedBatch {
  const rows = Buffer.allocUnsafeSlow(ballots.length * ROW_BYTES)
  const districts = new Uint16Array(ballots.length)
  let choices = ''
  for (let i = 0; i < ballots.length; i++) {
    const { recorded, tag, retryMark } = ballots[i]!
    const at = i * ROW_BYTES
    rows.write(tag, at, TAG_BYTES, 'latin1')
    rows.write(recorded.nonceHex, at + TAG_BYTES, NONCE_BYTES, 'hex')
    if (retryMark === null) rows.fill(0, at + TAG_BYTES + NONCE_BYTES, at + ROW_BYTES)
    else rows.write(retryMark, at + TAG_BYTES + NONCE_BYTES, RETRY_BYTES, 'latin1')
    districts[i] = recorded.district
    choices += i === 0 ? recorded.choices : `\n${recorded.choices}`
  }
  return { rows, districts, choices, until }
}

/** The columns of ballot `i`, as views into the batch. */
export function unpackRow(
  rows: Uint8Array,
  i: number,
): { tag: Uint8Array; nonce: Uint8Array; retry: Uint8Array | null } {
  const at = i * ROW_BYTES
  const nonceAt = at + TAG_BYTES
  const retryAt = nonceAt + NONCE_BYTES
  const retry = rows.subarray(retryAt, at + ROW_BYTES)
  return {
    tag: rows.subarray(at, nonceAt),
    nonce: rows.subarray(nonceAt, retryAt),
    retry: retry.every((byte) => byte === 0) ? null : retry,
  }
}
