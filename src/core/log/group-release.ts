/**
 * The release rule of version 2 (docs/protocol.md, "Release"): of a unit with n stored ballots exactly
 * {@link toldOf}(n, k) are told, whatever they say, and those told next are the ones with the lowest draws among all that
 * the unit holds. So every step that the public sees hides in a crowd of k, and neither choices nor the order of arrival
 * decide anything. No I/O.
 */

import { hashAt, type TreeHasher } from '../tlog/merkle.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { NONCE_DIGITS } from './entry.ts'
import { leafBatch } from './leaf-batch.ts'
import type { HeldBallot, TellBallot, TellingRule } from './telling.ts'

/** Of n ballots of a unit these are told while voting is open: in groups of k, with k to 2k - 1 held, or all n of fewer. */
export function toldOf(n: number, k: number): number {
  return k * Math.max(0, Math.floor(n / k) - 1)
}

/**
 * The draw of a ballot: HMAC-SHA-256(draw key, leaf hash). A text of 32 characters below U+0100, one per byte, so that
 * texts are in the order of the bytes.
 */
export type Draw = (leaf: Uint8Array) => string

/**
 * The draws of one step of a unit, by what the unit has told with it: each step has a key of its own. With one for all
 * steps those held would be the ones that draw high, and those told nearly exactly the newest to arrive.
 */
export type DrawOf = (told: number) => Draw

export interface GroupReleaseDeps {
  readonly hasher: TreeHasher
  /** What entries begin with, by district (entry.ts). */
  readonly entryStarts: readonly string[]
  readonly unitOf: ArrayLike<number>
  readonly units: number
  /** k: ballots of a group. */
  readonly groupOf: number
  readonly drawOf: DrawOf
}

interface UntoldBallot extends HeldBallot {
  readonly leaf: Uint8Array
}

/** Ballots hashed in one go: memory is bounded by it, and most batches are smaller. */
const HASHED_AT_ONCE = 4096

export function groupRelease(deps: GroupReleaseDeps): TellingRule {
  const { hasher, unitOf, units, groupOf, drawOf } = deps
  const starts = deps.entryStarts.map(utf8Bytes)
  const hashed = leafBatch(hasher)
  const untold: UntoldBallot[][] = Array.from({ length: units }, () => [])
  const stored = new Float64Array(units)
  const told = new Float64Array(units)
  /** Units with ballots taken since the last batch ended. */
  const touched = new Set<number>()
  let held = 0

  const tellAll = (unit: number, ballots: readonly HeldBallot[], tell: TellBallot): void => {
    for (const { district, choices, nonceHex } of ballots) tell(district, choices, nonceHex, 0)
    told[unit]! += ballots.length
    held -= ballots.length
  }
  const tellLowest = (unit: number, count: number, tell: TellBallot): void => {
    const draw = drawOf(told[unit]! + count)
    const drawn = untold[unit]!.map((ballot) => ({ ballot, draw: draw(ballot.leaf) })).sort(byDraw)
    untold[unit] = drawn.slice(count).map(({ ballot }) => ballot)
    tellAll(
      unit,
      drawn.slice(0, count).map(({ ballot }) => ballot),
      tell,
    )
  }

  return {
    take: ({ count, districts, choices, nonces }) => {
      for (let from = 0; from < count; from += HASHED_AT_ONCE) {
        const to = Math.min(count, from + HASHED_AT_ONCE)
        hashed.clear()
        for (let i = from; i < to; i++)
          hashed.addBallot(starts[districts[i]!]!, choices[i]!, nonces, i * NONCE_DIGITS)
        const leaves = hashed.unsorted()
        for (let i = from; i < to; i++) {
          const district = districts[i]!
          const unit = unitOf[district]!
          const nonceHex = nonces.slice(i * NONCE_DIGITS, (i + 1) * NONCE_DIGITS)
          const leaf = hashAt(leaves, i - from)
          untold[unit]!.push({ district, choices: choices[i]!, nonceHex, leaf })
          stored[unit]!++
          touched.add(unit)
        }
      }
      held += count
    },
    endBatch: (everything, tell) => {
      if (everything) for (let unit = 0; unit < units; unit++) tellAll(unit, untold[unit]!.splice(0), tell)
      else
        for (const unit of touched) {
          const more = toldOf(stored[unit]!, groupOf) - told[unit]!
          if (more > 0) tellLowest(unit, more, tell)
        }
      touched.clear()
    },
    held: () => held,
  }
}

function byDraw(a: { readonly draw: string }, b: { readonly draw: string }): number {
  return a.draw < b.draw ? -1 : a.draw > b.draw ? 1 : 0
}
