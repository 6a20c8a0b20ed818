/**
 * The release rule of version 2 (docs/protocol.md, "Release"): of a unit with n stored ballots
 * exactly {@link toldOf}(n, k) are told, whatever they say, and those told next are the ones with
 * the lowest draws among all that the unit holds. So every step that the public sees hides in a
 * crowd of k, and neither choices nor the order of arrival decide anything. No I/O.
 */

import type { TreeHasher } from '../tlog/merkle.ts'
import { type Draw, heldBallots } from './held-ballots.ts'
import type { ReleaseRule } from './release-rule.ts'

/**
 * Of n ballots of a unit these are told while voting is open: in groups of k, with k to 2k - 1
 * held, or all n of fewer.
 */
export function publishedOf(n: number, k: number): number {
  return k * Math.max(0, Math.floor(n / k) - 1)
}

/**
 * The draws of one step of a unit, by what the unit has told with it: each step has a key of its
 * own. With one for all steps those held would be the ones that draw high, and those told nearly
 * exactly the newest to arrive.
 */
export type DrawOf = (published: number) => Draw

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

export function groupRelease(deps: GroupReleaseDeps): ReleaseRule {
  const { hasher, unitOf, units, groupOf, drawOf } = deps
  const held = heldBallots(hasher, deps.entryStarts, units)
  const stored = new Float64Array(units)
  const published = new Float64Array(units)
  /** Units with ballots taken since the last batch ended. */
  const touched = new Set<number>()

  return {
    take: (ballots) => {
      held.take(ballots, unitOf)
      for (let i = 0; i < ballots.count; i++) {
        const unit = unitOf[ballots.districts[i]!]!
        stored[unit]!++
        touched.add(unit)
      }
    },
    endBatch: (everything, tell) => {
      if (everything)
        for (let unit = 0; unit < units; unit++) {
          held.publishAll(unit, tell)
          published[unit] = stored[unit]!
        }
      else
        for (const unit of touched) {
          const more = publishedOf(stored[unit]!, groupOf) - published[unit]!
          if (more <= 0) continue
          published[unit]! += more
          held.publishLowest(unit, more, drawOf(published[unit]!), tell)
        }
      touched.clear()
      held.settle()
    },
    held: held.count,
  }
}
