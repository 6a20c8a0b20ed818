/**
 * The fast reader of ballot entries: what stands before the nonce is looked up by its bytes among
 * what was read before, so that only ballots that say something new are parsed. It says exactly
 * what `readBallot` says (property test). Pure.
 */
import { Malformed } from '../tlog/malformed.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { type EntryRules, type ReadBallot, readBallot } from './ballot.ts'
import type { FindingCode } from './finding.ts'

export const NONCE_BYTES = 16
/** `,"nonce":"` and 32 digits and `"}` */
const TAIL_BYTES = 44
const TAIL_START = [...',"nonce":"'].map((character) => character.charCodeAt(0))
const QUOTE = 0x22
const BRACE = 0x7d

const NO_DIGIT = 255
const DIGITS = new Uint8Array(256).fill(NO_DIGIT)
for (const [value, digit] of [...'0123456789abcdef'].entries()) DIGITS[digit.charCodeAt(0)] = value

/** Beginnings remembered, and their bytes; past this, further ones are parsed each time. */
const MOST_KNOWN = 1 << 18
const MOST_KNOWN_BYTES = 1 << 26
/** Bytes are compared by fours: less than a third of the time. */
const WORD_BYTES = 4
/**
 * Bytes of a beginning that pick its slot: the last ones, which differ. All of them are compared.
 */
const HASHED_BYTES = 64
/**
 * Slots looked at: beginnings made to share theirs are parsed each time, and not looked for among
 * all that do.
 */
const MOST_PROBES = 64

/** Ballots that say the same. */
export interface BallotGroup {
  /** The same object wherever its reader gives it again, as long as it is remembered. */
  readonly ballot: ReadBallot
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
  /**
   * By the number of a beginning: its ballot, and how often it came since the last call of `take`.
   */
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
    if (known.length > times.length) times = doubled(times, Float64Array)
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
      const groups: BallotGroup[] = touched.map((id) => ({ ballot: known[id]!, times: times[id]! }))
      for (const id of touched) times[id] = 0
      touched = []
      groups.push(...unknown.values())
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

/**
 * A hash table of its own, for it is asked for every ballot, and a text made of each would be most
 * of the work.
 */
interface KnownBeginnings {
  /**
   * The number of the bytes [from, end), at least {@link WORD_BYTES} of them; -1 where they are not
   * known.
   */
  readonly find: (bytes: Uint8Array, from: number, end: number) => number
  /**
   * Adds the bytes that were looked for last, and not found. Numbers count from 0.
   * @returns -1 where no more are remembered
   */
  readonly add: (bytes: Uint8Array, from: number, end: number) => number
}

function knownBeginnings(): KnownBeginnings {
  /** Numbers, by hash; -1 where a slot is free. */
  let slots = new Int32Array(1 << 10).fill(-1)
  /** All beginnings, one behind the other. */
  let arena = new Uint8Array(1 << 16)
  let arenaView = viewOf(arena)
  let arenaEnd = 0
  const starts: number[] = []
  const ends: number[] = []
  const hashes: number[] = []
  let last: Uint8Array = arena
  let view = arenaView
  /** Of the bytes that were looked for last; -1 where there is no place for them. */
  let free = -1
  let hash = 0

  const isKnown = (id: number, from: number, end: number) =>
    hashes[id] === hash &&
    ends[id]! - starts[id]! === end - from &&
    isAt(arenaView, starts[id]!, view, from, end)

  const rehash = () => {
    slots = new Int32Array(slots.length * 2).fill(-1)
    for (let id = 0; id < hashes.length; id++) {
      let slot = hashes[id]! & (slots.length - 1)
      while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = id
    }
  }

  return {
    find: (bytes, from, end) => {
      // Many ballots lie in one array.
      if (bytes !== last) view = viewOf(bytes)
      last = bytes
      hash = hashOf(view, Math.max(from, end - HASHED_BYTES), end)
      const mask = slots.length - 1
      for (let slot = hash & mask, probes = 0; probes <= MOST_PROBES; slot = (slot + 1) & mask, probes++) {
        const id = slots[slot]!
        free = id < 0 ? slot : -1
        if (id < 0) return -1
        if (probes < MOST_PROBES && isKnown(id, from, end)) return id
      }
      return -1
    },
    add: (bytes, from, end) => {
      const id = starts.length
      if (free < 0 || id >= MOST_KNOWN || arenaEnd + end - from > MOST_KNOWN_BYTES) return -1
      while (arenaEnd + end - from > arena.length) arena = doubled(arena, Uint8Array)
      arenaView = viewOf(arena)
      arena.set(bytes.subarray(from, end), arenaEnd)
      starts.push(arenaEnd)
      arenaEnd += end - from
      ends.push(arenaEnd)
      hashes.push(hash)
      slots[free] = id
      if (hashes.length * 2 > slots.length) rehash()
      return id
    },
  }
}

/** Whether the bytes [from, end), four at least, are also in `known` from `start`. */
function isAt(known: DataView, start: number, bytes: DataView, from: number, end: number): boolean {
  const distance = start - from
  const last = end - WORD_BYTES
  for (let i = from; i < last; i += WORD_BYTES)
    if (known.getUint32(i + distance) !== bytes.getUint32(i)) return false
  return known.getUint32(last + distance) === bytes.getUint32(last)
}

/** Of four bytes at least; the last word may take in some of the one before it again. */
function hashOf(bytes: DataView, from: number, end: number): number {
  const last = end - WORD_BYTES
  let hash = 0
  for (let i = from; i < last; i += WORD_BYTES) hash = mixed(hash, bytes.getInt32(i))
  return mixed(hash, bytes.getInt32(last))
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function doubled<Numbers extends Uint8Array | Float64Array>(
  numbers: Numbers,
  make: new (length: number) => Numbers,
): Numbers {
  const larger = new make(numbers.length * 2)
  larger.set(numbers)
  return larger
}
