/**
 * The release rule (docs/protocol.md, "Release"), written only from its text, and the rules that a
 * faulty publisher may follow instead.
 */
import { sha256 } from '../log/log-bytes.ts'
import type { Vote } from './election.ts'
import type { Faults } from './faults.ts'

/** How many ballots of a unit are published once `stored` of them are stored. */
export function publishedOf(stored: number, k: number): number {
  return k * Math.max(0, Math.floor(stored / k) - 1)
}

/** @param target the number of ballots that the unit has published after the batch */
export function drawKey(secret: Uint8Array, target: number): Buffer {
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(target))
  return sha256('digital-elections/v2/draw\n', secret, step)
}

/** HMAC-SHA-256 (RFC 2104) for a key of 32 bytes. */
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
  readonly published: number
}

/**
 * Which held ballots of a unit a batch publishes.
 * @param held in order of arrival
 */
export function publishedNext(
  { held, published: before }: UnitState,
  k: number,
  secret: Uint8Array,
  faults: Faults,
): readonly Vote[] {
  const stored = before + held.length
  if (faults.oneByOne) return stored < k ? [] : held
  if (faults.looksAtChoices)
    return isAlike(held) ? [] : lowest(held, publishedOf(stored, k) - before, secret, stored)
  const target = publishedOf(stored, k)
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

/** The old rule: ballots are held while a contest would reveal how every voter voted. */
function isAlike(held: readonly Vote[]): boolean {
  if (held.length === 0) return true
  return held[0]!.marks.some((mark, contest) => held.every(({ marks }) => marks[contest] === mark))
}

/**
 * The order in which a batch's ballots become leaves.
 * @param votes in order of arrival
 */
export function published(votes: readonly Vote[], faults: Faults): readonly Vote[] {
  return faults.orderOfArrival ? votes : votes.toSorted((a, b) => Buffer.compare(a.leaf, b.leaf))
}
