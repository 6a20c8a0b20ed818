/**
 * What a rule asks for, a threshold or a quorum, as the fewest that are enough: exact, in whole
 * numbers. Pure.
 */

import type { Quorum, Threshold } from '../election/share.ts'

/** What a share can be of. */
export interface Wholes {
  /** Votes given in the contest, those for "none of these" too. */
  readonly given: number
  /** Ballots that carry it. */
  readonly ballots: number
  /** Keys issued where it is voted on. */
  readonly eligible: number
}

/** A rule held against a count. */
export interface Requirement {
  readonly rule: Quorum['needs']
  /** How many there are. */
  readonly has: number
  /** The fewest that are enough, at least 1: of nothing nothing is reached. */
  readonly needed: number
}

export function requirementOf(rule: Requirement['rule'], wholes: Wholes, has: number): Requirement {
  return { rule, has, needed: 'atLeast' in rule ? rule.atLeast : neededOf(rule, wholes) }
}

export function isMet({ has, needed }: Requirement): boolean {
  return has >= needed
}

function neededOf({ is, fraction, of }: Threshold, { given, ballots, eligible }: Wholes): number {
  const whole = of === 'votes' ? given : of === 'ballots' ? ballots : eligible
  const [parts, by] = [BigInt(whole) * BigInt(fraction.numerator), BigInt(fraction.denominator)]
  return Math.max(1, Number(is === 'more_than' ? parts / by + 1n : (parts + by - 1n) / by))
}
