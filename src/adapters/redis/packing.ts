/**
 * Ballots packed into one argument per call, and answers read out of one reply (formats:
 * scripts.ts). No I/O.
 */
import type { Choices } from '../../core/election/choices.ts'
import type { Tag } from '../../ports/digest.ts'
import type {
  Reservation,
  ReserveAnswer,
  ReservedBallot,
  UseAnswer,
  UsedKey,
} from '../../ports/key-status.ts'

const TAG_BYTES = 32
const FIELD_BYTES = 16
const NONCE_BYTES = 16
const MARK_BYTES = 16
const HEAD_BYTES = 53
/** Longest choices a length of two bytes can say. */
export const MAX_CHOICES_BYTES = 65_000

/** The state of a key reserved by a ballot with a retry mark. */
const WITH_MARK = 's'.charCodeAt(0)

const REFUSE = { no: 0, 'before-style': 1, 'after-style': 2 } as const
const HAS_MARK = 4

/**
 * @param setNumber of a set of districts: 0 for every district, else its place among the sets sent
 *   along, from 1
 */
export function packReservations(
  reservations: readonly Reservation[],
  setNumber: (districts: ReadonlySet<number> | null) => number,
): Buffer {
  const packed = Buffer.allocUnsafe(bytesOf(reservations))
  let at = 0
  for (const { tag, nonceHex, choices, retryMark, districts, refuse } of reservations) {
    at += packed.write(tag, at, TAG_BYTES, 'latin1')
    at += packed.write(nonceHex, at, 'hex')
    at = packed.writeUInt8(REFUSE[refuse] + (retryMark === null ? 0 : HAS_MARK), at)
    at = packed.writeUInt16BE(setNumber(districts), at)
    at = packed.writeUInt16BE(choices.length, at)
    if (retryMark !== null) at += packed.write(retryMark, at, MARK_BYTES, 'latin1')
    at += packed.write(choices, at, 'latin1')
  }
  return packed
}

export function packUsed(ballots: readonly ReservedBallot[]): Buffer {
  const packed = Buffer.allocUnsafe(bytesOf(ballots))
  let at = 0
  for (const { tag, nonceHex, district, choices, retryMark } of ballots) {
    at += packed.write(tag, at, TAG_BYTES, 'latin1')
    at += packed.write(nonceHex, at, 'hex')
    at = packed.writeUInt16BE(district, at)
    at = packed.writeUInt8(retryMark === null ? 0 : 1, at)
    at = packed.writeUInt16BE(choices.length, at)
    if (retryMark !== null) at += packed.write(retryMark, at, MARK_BYTES, 'latin1')
    at += packed.write(choices, at, 'latin1')
  }
  return packed
}

function bytesOf(
  ballots: readonly { readonly choices: Choices; readonly retryMark: string | null }[],
): number {
  let bytes = 0
  for (const { choices, retryMark } of ballots) {
    if (choices.length > MAX_CHOICES_BYTES) throw new RangeError('a ballot’s choices are too long to store')
    bytes += HEAD_BYTES + (retryMark === null ? 0 : MARK_BYTES) + choices.length
  }
  return bytes
}

export const KEY_BYTES = FIELD_BYTES + 2

/** One bit per district, least significant first. */
export function packDistricts(districts: ReadonlySet<number>): Buffer {
  const bits = Buffer.alloc(Math.floor(Math.max(0, ...districts) / 8) + 1)
  for (const district of districts) bits[district >> 3]! |= 1 << (district & 7)
  return bits
}

/** @throws Error where the reply is not one of the script's for so many ballots */
export function readReserveAnswers(reply: Buffer, expected: number): ReserveAnswer[] {
  const answers: ReserveAnswer[] = []
  let at = 0
  while (at < reply.length) {
    const code = reply[at++]!
    if (code === 0x52) {
      answers.push({ is: 'reserved', district: reply.readUInt16BE(at) })
      at += 2
    } else if (code === 0x55) {
      const end = at + 2 + reply.readUInt16BE(at)
      answers.push(readUsed(reply.subarray(at + 2, end)))
      at = end
    } else answers.push(SIMPLE[String.fromCharCode(code)] ?? 'doubtful')
  }
  if (answers.length !== expected)
    throw new Error(`Redis answered for ${answers.length} ballots of ${expected}`)
  return answers
}

const SIMPLE: Readonly<Record<string, ReserveAnswer>> = {
  K: 'unknown-key',
  W: 'writing',
  C: 'polls-closed',
  F: 'refused',
  X: 'unknown-contest',
}

function readUsed(value: Buffer): UsedKey {
  const nonceEnd = 3 + NONCE_BYTES
  const markEnd = nonceEnd + MARK_BYTES
  return {
    is: 'used',
    district: value.readUInt16BE(1),
    nonceHex: value.toString('hex', 3, nonceEnd),
    retry:
      value[0] === 0x6d
        ? {
            mark: value.toString('latin1', nonceEnd, markEnd),
            choices: value.toString('latin1', markEnd) as Choices,
          }
        : null,
  }
}

export function readUseAnswers(codes: Buffer): UseAnswer[] {
  return Array.from(codes, (code) => (code === 0x4f ? 'used' : code === 0x44 ? 'conflict' : 'unknown'))
}

/** A key's value as it lies in its bucket. */
export function readKey(value: Buffer): { readonly district: number; readonly taken: boolean } {
  return { district: value.readUInt16BE(1), taken: value[0] !== 0x69 }
}

export function readClaimed(reply: Buffer): ReservedBallot[] {
  const claimed: ReservedBallot[] = []
  for (let at = 0; at < reply.length; ) {
    const tag = reply.toString('latin1', at, at + TAG_BYTES) as Tag
    at += TAG_BYTES
    const end = at + 2 + reply.readUInt16BE(at)
    const hasMark = reply[at + 2] === WITH_MARK
    const district = reply.readUInt16BE(at + 3)
    const nonceEnd = at + 5 + NONCE_BYTES
    const nonceHex = reply.toString('hex', at + 5, nonceEnd)
    const markEnd = hasMark ? nonceEnd + MARK_BYTES : nonceEnd
    const retryMark = hasMark ? reply.toString('latin1', nonceEnd, markEnd) : null
    claimed.push({
      tag,
      district,
      nonceHex,
      retryMark,
      choices: reply.toString('latin1', markEnd, end) as Choices,
    })
    at = end
  }
  return claimed
}

export function packKeys(keys: readonly { readonly tag: Tag; readonly district: number }[]): Buffer {
  const packed = Buffer.allocUnsafe(keys.length * KEY_BYTES)
  let at = 0
  for (const { tag, district } of keys) {
    at += packed.write(tag, at, FIELD_BYTES, 'latin1')
    at = packed.writeUInt16BE(district, at)
  }
  return packed
}
