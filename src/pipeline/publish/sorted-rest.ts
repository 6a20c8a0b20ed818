/**
 * All ballots of an election with results after the close, in one order of leaf hash, in bounded
 * memory: dealt out by the first bits of their hashes, on disk where they are many, then sorted and
 * published part by part. No I/O of its own.
 */
import type { Choices } from '../../core/election/choices.ts'
import { NONCE_DIGITS } from '../../core/log/entry.ts'
import { leafBatch } from '../../core/log/leaf-batch.ts'
import type { LogFile, LogGrowth } from '../../core/log/log-growth.ts'
import type { BallotColumns } from '../../core/log/release-rule.ts'
import { HASH_BYTES } from '../../core/tlog/merkle.ts'
import { utf8Bytes } from '../../core/tlog/utf8.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { Spill } from '../../ports/spill.ts'
import type { PublishDeps } from './deps.ts'

/** Up to so many are sorted in memory. */
const FEW = 131_072
/**
 * Of many, by the first ten bits: a thousand parts of a hundred million ballots are a hundred
 * thousand each.
 */
const PARTS = 1024
/** Collected of a part before it is written: 32 MiB of all parts together. */
const PART_BYTES = 32_768
const HASHED_AT_ONCE = 4096

/**
 * Adds every ballot up to a position to the growth.
 * @param keep takes the files that became full, again and again
 */
export async function addSorted(
  deps: PublishDeps,
  growth: LogGrowth,
  upTo: Position,
  keep: (files: readonly LogFile[]) => Promise<void>,
): Promise<void> {
  const { source, batchLimit: most = FEW, onSorting = () => {} } = deps
  const few: BallotColumns[] = []
  let parts: BallotParts | undefined
  let ballots = 0
  try {
    for await (const stretch of source.read(source.start, upTo)) {
      ballots += stretch.count
      if (parts === undefined) few.push(stretch)
      if (parts === undefined && ballots > most) {
        parts = ballotParts(deps, await deps.spill())
        for (const one of few.splice(0)) await parts.add(one)
      } else await parts?.add(stretch)
    }
    let done = 0
    const sorted = parts === undefined ? [few] : parts.all()
    for await (const part of sorted) {
      for (const columns of part) {
        growth.take(columns)
        done += columns.count
      }
      growth.endBatch(true)
      await keep(growth.drainFull())
      onSorting(done, ballots)
    }
  } finally {
    await parts?.close()
  }
}

interface BallotParts {
  readonly add: (ballots: BallotColumns) => Promise<void>
  /** Part by part, ascending by the first bits of the leaf hashes. */
  readonly all: () => AsyncGenerator<readonly BallotColumns[]>
  readonly close: () => Promise<void>
}

interface Part {
  bytes: Uint8Array
  width: number
  readonly written: { readonly at: number; readonly length: number }[]
}

function ballotParts({ hasher, entryStarts }: PublishDeps, spill: Spill): BallotParts {
  const starts = entryStarts.map(utf8Bytes)
  const hashed = leafBatch(hasher)
  const parts = Array.from(
    { length: PARTS },
    (): Part => ({ bytes: new Uint8Array(0), width: 0, written: [] }),
  )

  const write = async (part: Part): Promise<void> => {
    if (part.width === 0) return
    const at = await spill.append(part.bytes.subarray(0, part.width))
    part.written.push({ at, length: part.width })
    part.width = 0
  }

  return {
    add: async ({ count, districts, choices, nonces }) => {
      for (let from = 0; from < count; from += HASHED_AT_ONCE) {
        const to = Math.min(count, from + HASHED_AT_ONCE)
        hashed.clear()
        for (let i = from; i < to; i++)
          hashed.addBallot(starts[districts[i]!]!, choices[i]!, nonces, i * NONCE_DIGITS)
        const leaves = hashed.unsorted()
        for (let i = from; i < to; i++) {
          const at = (i - from) * HASH_BYTES
          const part = parts[(leaves[at]! << 2) | (leaves[at + 1]! >> 6)]!
          const length = packedLength(choices[i]!)
          if (part.width + length > PART_BYTES) await write(part)
          reserve(part, length)
          pack(part, districts[i]!, choices[i]!, nonces, i * NONCE_DIGITS)
        }
      }
    },
    all: async function* () {
      for (const part of parts) {
        const columns: BallotColumns[] = []
        for (const { at, length } of part.written)
          columns.push(unpacked(await spill.read(at, length), length))
        columns.push(unpacked(part.bytes, part.width))
        part.bytes = new Uint8Array(0)
        if (columns.some(({ count }) => count > 0)) yield columns
      }
    },
    close: spill.close,
  }
}

/**
 * Of a ballot: its district and the length of its choices, two bytes each, then both texts, which
 * are ASCII.
 */
const HEAD_BYTES = 4

function packedLength(choices: Choices): number {
  return HEAD_BYTES + choices.length + NONCE_DIGITS
}

function reserve(part: Part, more: number): void {
  const needed = part.width + more
  if (needed <= part.bytes.length) return
  const larger = new Uint8Array(Math.max(needed, Math.min(PART_BYTES, Math.max(1024, 2 * part.bytes.length))))
  larger.set(part.bytes.subarray(0, part.width))
  part.bytes = larger
}

function pack(part: Part, district: number, choices: Choices, nonces: string, nonceAt: number): void {
  const { bytes } = part
  let at = part.width
  bytes[at++] = district >> 8
  bytes[at++] = district & 255
  bytes[at++] = choices.length >> 8
  bytes[at++] = choices.length & 255
  for (let i = 0; i < choices.length; i++) bytes[at++] = choices.charCodeAt(i)
  for (let i = 0; i < NONCE_DIGITS; i++) bytes[at++] = nonces.charCodeAt(nonceAt + i)
  part.width = at
}

function unpacked(bytes: Uint8Array, end: number): BallotColumns {
  const districts: number[] = []
  const choices: Choices[] = []
  const nonces: string[] = []
  const known = new Map<string, Choices>()
  for (let at = 0; at < end; ) {
    districts.push((bytes[at]! << 8) | bytes[at + 1]!)
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    at += HEAD_BYTES
    const text = ascii(bytes, at, at + length)
    // The same text for ballots that say the same: less memory.
    const one = known.get(text) ?? (text as Choices)
    known.set(one, one)
    choices.push(one)
    nonces.push(ascii(bytes, at + length, at + length + NONCE_DIGITS))
    at += length + NONCE_DIGITS
  }
  return { count: districts.length, districts, choices, nonces: nonces.join('') }
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}
