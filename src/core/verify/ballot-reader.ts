/**
 * The fast reader of ballot entries: what stands before the nonce is looked up by its bytes among what was read before,
 * so that only ballots that say something new are parsed. It says exactly what `readBallot` says (property test). Pure.
 */
import { Malformed } from '../tlog/malformed.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { type EntryRules, type ReadBallot, readBallot } from './ballot.ts'
import type { FindingCode } from './finding.ts'
import { knownBeginnings, WORD_BYTES } from './known-beginnings.ts'

export const NONCE_BYTES = 16
/** `,"nonce":"` and 32 digits and `"}` */
const TAIL_BYTES = 44
const TAIL_START = [...',"nonce":"'].map((character) => character.charCodeAt(0))
const QUOTE = 0x22
const BRACE = 0x7d

const NO_DIGIT = 255
const DIGITS = new Uint8Array(256).fill(NO_DIGIT)
for (const [value, digit] of [...'0123456789abcdef'].entries()) DIGITS[digit.charCodeAt(0)] = value

/** Ballots that say the same. */
export interface BallotGroup extends ReadBallot {
  readonly times: number
}

export interface BallotReader {
  /**
   * Reads the ballot at bytes [from, to), counts it, and writes its nonce's 16 bytes to `nonces`.
   * @returns undefined, or why it is no ballot of this election; then it is not counted
   */
  readonly read: (
    bytes: Uint8Array,
    from: number,
    to: number,
    nonces: Uint8Array,
    at: number,
  ) => FindingCode | undefined
  /** What was read since the last call. */
  readonly take: () => readonly BallotGroup[]
}

export function ballotReader(rules: EntryRules): BallotReader {
  const beginnings = knownBeginnings()
  /** By the number of a beginning: its ballot, and how often it came since the last call of `take`. */
  const known: ReadBallot[] = []
  let times = new Float64Array(1 << 10)
  let touched: number[] = []
  let unknown = new Map<string, { readonly ballot: ReadBallot; times: number }>()

  const count = (id: number) => {
    if (times[id] === 0) touched.push(id)
    times[id]! += 1
  }
  const countNew = (id: number, ballot: ReadBallot) => {
    known.push(ballot)
    if (known.length > times.length) times = doubled(times)
    count(id)
  }
  /** Of one whose beginning is not remembered. */
  const countRare = (ballot: ReadBallot) => {
    const key = `${ballot.district} ${ballot.choices}`
    const rare = unknown.get(key)
    if (rare === undefined) unknown.set(key, { ballot, times: 1 })
    else rare.times++
  }

  return {
    read: (bytes, from, to, nonces, at) => {
      const end = to - TAIL_BYTES
      if (end < from + WORD_BYTES || !readTail(bytes, end, nonces, at))
        return slowly(bytes, from, to, rules) as FindingCode
      const id = beginnings.find(bytes, from, end)
      if (id >= 0) {
        count(id)
        return undefined
      }
      const ballot = slowly(bytes, from, to, rules)
      if (typeof ballot === 'string') return ballot
      const added = beginnings.add(bytes, from, end)
      if (added >= 0) countNew(added, ballot)
      else countRare(ballot)
      return undefined
    },
    take: () => {
      const groups: BallotGroup[] = touched.map((id) => ({ ...known[id]!, times: times[id]! }))
      for (const id of touched) times[id] = 0
      touched = []
      for (const { ballot, times } of unknown.values()) groups.push({ ...ballot, times })
      unknown = new Map()
      return groups
    },
  }
}

/** Writes the nonce's bytes; false where the entry does not end as a ballot does. */
function readTail(bytes: Uint8Array, end: number, nonces: Uint8Array, at: number): boolean {
  for (let i = 0; i < TAIL_START.length; i++) if (bytes[end + i] !== TAIL_START[i]) return false
  const digits = end + TAIL_START.length
  let all = 0
  for (let i = 0; i < NONCE_BYTES; i++) {
    const high = DIGITS[bytes[digits + 2 * i]!]!
    const low = DIGITS[bytes[digits + 2 * i + 1]!]!
    all |= high | low
    nonces[at + i] = (high << 4) | low
  }
  return all < 16 && bytes[digits + 32] === QUOTE && bytes[digits + 33] === BRACE
}

function slowly(bytes: Uint8Array, from: number, to: number, rules: EntryRules): ReadBallot | FindingCode {
  try {
    return readBallot(utf8Text(bytes.subarray(from, to)), rules)
  } catch (error) {
    if (error instanceof Malformed) return 'entry-invalid'
    throw error
  }
}

function doubled(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}
