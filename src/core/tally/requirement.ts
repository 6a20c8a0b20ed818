/**
 * The requirement of a threshold or a quorum as the least sufficient number, exact, as an integer.
 */

import type { Quorum, Threshold } from '../election/share.ts'

/** The numbers that a share can refer to. */
export interface Wholes {
  /** Votes cast in the contest, including those for "none of these". */
  readonly given: number
  /** Ballots that have the contest. */
  readonly ballots: number
  /** Keys issued in the districts that vote in the contest. */
  readonly eligible: number
}

/** A rule and the numbers to compare. */
export interface Requirement {
  readonly rule: Quorum['needs']
  /** The present number. */
  readonly has: number
  /** The least sufficient number, at least 1: a share of nothing is never reached. */
  readonly needed: number
}

/**
 * Computes the least number that satisfies a rule (docs/protocol.md, "Outcome").
 * @param has the present number
 */
export function requirementOf(rule: Requirement['rule'], wholes: Wholes, has: number): Requirement {
  return { rule, has, needed: 'atLeast' in rule ? rule.atLeast : neededOf(rule, wholes) }
}

/** @returns whether a requirement is met */
export function isMet({ has, needed }: Requirement): boolean {
  return has >= needed
}

function neededOf({ is, fraction, of }: Threshold, { given, ballots, eligible }: Wholes): number {
  const whole = of === 'votes' ? given : of === 'ballots' ? ballots : eligible
  const [parts, by] = [BigInt(whole) * BigInt(fraction.numerator), BigInt(fraction.denominator)]
  return Math.max(1, Number(is === 'more_than' ? parts / by + 1n : (parts + by - 1n) / by))
}
