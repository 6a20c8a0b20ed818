/**
 * The fast reader of ballot entries. It looks up the bytes before the nonce among those it has read
 * before, so that it parses only ballots with a new beginning. It returns exactly what `readBallot`
 * returns (ballot-reader.property.test.ts).
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

/**
 * Beginnings remembered, and their bytes. Beyond either limit the reader parses a ballot every
 * time.
 */
const MOST_KNOWN = 1 << 18
const MOST_KNOWN_BYTES = 1 << 26
/** Comparing four bytes at once takes less than a third of the time. */
const WORD_BYTES = 4
/**
 * The hash covers the last bytes of a beginning, which differ most. A lookup compares all bytes.
 */
const HASHED_BYTES = 64
/**
 * Slots that one lookup reads at most. Beginnings that are crafted to share a slot are parsed each
 * time.
 */
const MOST_PROBES = 64

/** Ballots of the same district and choices. */
export interface BallotGroup {
  /** The reader returns the same object again for as long as it remembers the beginning. */
  readonly ballot: ReadBallot
  readonly times: number
}

export interface BallotReader {
  /**
   * Reads the ballot at bytes [from, to), counts it, and writes the 16 bytes of its nonce to
   * `nonces`.
   * @returns undefined, or the reason why it is not a ballot of this election; then it is not
   *   counted
   */
  readonly read: (
    bytes: Uint8Array,
    from: number,
    to: number,
    nonces: Uint8Array,
    at: number,
  ) => FindingCode | undefined
  /** Returns the ballots read since the last call. */
  readonly take: () => readonly BallotGroup[]
}

/**
 * Creates a fast reader for the ballots of one election (docs/protocol.md, "Ballot entry and
 * tracker").
 */
export function ballotReader(rules: EntryRules): BallotReader {
  const beginnings = knownBeginnings()
  /**
   * By the number of a beginning: its ballot, and how often it occurred since the last call of
   * `take`.
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
  /** Counts a ballot whose beginning is not remembered. */
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

/**
 * Writes the nonce's bytes.
 * @returns false if the entry does not end as a ballot does
 */
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
 * A hash table over bytes. It serves every ballot; building a string per ballot for a Map would
 * take most of the time.
 */
interface KnownBeginnings {
  /**
   * @returns the number of the bytes [from, end), which are at least {@link WORD_BYTES} long; -1 if
   *   they are not known
   */
  readonly find: (bytes: Uint8Array, from: number, end: number) => number
  /**
   * Adds the bytes of the last `find`, which did not find them. The first number is 0.
   * @returns -1 if the table is full
   */
  readonly add: (bytes: Uint8Array, from: number, end: number) => number
}

function knownBeginnings(): KnownBeginnings {
  /** Numbers by hash; -1 marks a free slot. */
  let slots = new Int32Array(1 << 10).fill(-1)
  /** All beginnings, one after the other. */
  let arena = new Uint8Array(1 << 16)
  let arenaView = viewOf(arena)
  let arenaEnd = 0
  const starts: number[] = []
  const ends: number[] = []
  const hashes: number[] = []
  let last: Uint8Array = arena
  let view = arenaView
  /** The free slot for the bytes of the last `find`; -1 if there is no room for them. */
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
      // Many ballots share one array, so the view is kept from one call to the next.
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

/** Whether the bytes [from, end), at least four, are also in `known` from `start`. */
function isAt(known: DataView, start: number, bytes: DataView, from: number, end: number): boolean {
  const distance = start - from
  const last = end - WORD_BYTES
  for (let i = from; i < last; i += WORD_BYTES)
    if (known.getUint32(i + distance) !== bytes.getUint32(i)) return false
  return known.getUint32(last + distance) === bytes.getUint32(last)
}

/** Hashes at least four bytes; the last word may overlap the one before it. */
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
