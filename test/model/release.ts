/**
 * The release rule (docs/protocol.md, "Release"), written from the text alone, and the rules that a
 * faulty publisher may follow instead.
 */
import { sha256 } from '../log/log-bytes.ts'
import type { Vote } from './election.ts'
import type { Faults } from './faults.ts'

/** Ballots of a unit that are told once `stored` of them are. */
export function told(stored: number, k: number): number {
  return k * Math.max(0, Math.floor(stored / k) - 1)
}

/** @param target what the unit has told once the batch is published */
export function drawKey(secret: Uint8Array, target: number): Buffer {
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(target))
  return sha256('digital-elections/v2/draw\n', secret, step)
}

/** HMAC-SHA-256 as RFC 2104 has it, for a key of 32 bytes. */
export function hmac(key: Uint8Array, message: Uint8Array): Buffer {
  const inner = Buffer.alloc(64, 0x36)
  const outer = Buffer.alloc(64, 0x5c)
  for (const [i, byte] of key.entries()) {
    inner[i]! ^= byte
    outer[i]! ^= byte
  }
  return sha256(outer, sha256(inner, message))
}

export interface UnitState {
  readonly held: readonly Vote[]
  readonly told: number
}

/** Which of a unit's held ballots a batch tells. @param held in order of arrival */
export function publishedNext(
  { held, told: before }: UnitState,
  k: number,
  secret: Uint8Array,
  faults: Faults,
): readonly Vote[] {
  const stored = before + held.length
  if (faults.oneByOne) return stored < k ? [] : held
  if (faults.looksAtChoices)
    return isAlike(held) ? [] : lowest(held, told(stored, k) - before, secret, stored)
  const target = told(stored, k)
  if (target <= before) return []
  return lowest(held, target - before, secret, faults.drawnForGood ? 0 : target)
}

function lowest(held: readonly Vote[], count: number, secret: Uint8Array, step: number): readonly Vote[] {
  if (count <= 0) return []
  const key = drawKey(secret, step)
  return held
    .map((vote) => ({ vote, draw: hmac(key, vote.leaf) }))
    .sort((a, b) => Buffer.compare(a.draw, b.draw))
    .slice(0, count)
    .map(({ vote }) => vote)
}

/** The rule that was: nothing is told while some contest would say how everybody voted. */
function isAlike(held: readonly Vote[]): boolean {
  if (held.length === 0) return true
  return held[0]!.marks.some((mark, contest) => held.every(({ marks }) => marks[contest] === mark))
}

/** The order in which a batch's ballots become leaves. @param votes in order of arrival */
export function published(votes: readonly Vote[], faults: Faults): readonly Vote[] {
  return faults.orderOfArrival ? votes : votes.toSorted((a, b) => Buffer.compare(a.leaf, b.leaf))
}
