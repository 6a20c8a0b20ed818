/**
 * The release rule of version 2 (docs/protocol.md, "Release"). Of a unit with n stored ballots
 * exactly {@link publishedOf}(n, k) are published, whatever they contain. The next ones are those
 * with the lowest draws among all that the unit holds. So each step that the public sees hides one
 * voter among at least k, and neither choices nor the order of arrival decide anything.
 */

import type { TreeHasher } from '../tlog/merkle.ts'
import { type Draw, heldBallots } from './held-ballots.ts'
import type { ReleaseRule } from './release-rule.ts'

/**
 * How many of n stored ballots of a unit are published while voting is open: a multiple of k. The
 * unit holds k to 2k - 1 ballots, or all n if they are fewer than k.
 */
export function publishedOf(n: number, k: number): number {
  return k * Math.max(0, Math.floor(n / k) - 1)
}

/**
 * The draws of one step of a unit, by the number of ballots that the unit has published after the
 * step. Each step has its own key. With one key for all steps, held ballots would be those with
 * high draws, and nearly all published ones would be the newest to arrive.
 */
export type DrawOf = (published: number) => Draw

export interface GroupReleaseDeps {
  readonly hasher: TreeHasher
  /** The beginnings of entries, by district index (entry.ts). */
  readonly entryStarts: readonly string[]
  readonly unitOf: ArrayLike<number>
  readonly units: number
  /** k, the number of ballots of a group. */
  readonly groupOf: number
  readonly drawOf: DrawOf
}

/** Creates the release rule of version 2 (docs/protocol.md, "Release"). */
export function groupRelease(deps: GroupReleaseDeps): ReleaseRule {
  const { hasher, unitOf, units, groupOf, drawOf } = deps
  const held = heldBallots(hasher, deps.entryStarts, units)
  const stored = new Float64Array(units)
  const published = new Float64Array(units)
  /** Units that got ballots since the last batch ended. */
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
    endBatch: (everything, into) => {
      if (everything)
        for (let unit = 0; unit < units; unit++) {
          held.publishAll(unit, into)
          published[unit] = stored[unit]!
        }
      else
        for (const unit of touched) {
          const more = publishedOf(stored[unit]!, groupOf) - published[unit]!
          if (more <= 0) continue
          published[unit]! += more
          held.publishLowest(unit, more, drawOf(published[unit]!), into)
        }
      touched.clear()
      held.settle()
    },
    held: held.count,
  }
}
