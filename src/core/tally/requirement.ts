/** A part of a whole that a rule asks for, a threshold or a quorum, in exact whole numbers. Pure. */

/** "More than half of the votes", "at least two thirds of the ballots": numerator and denominator are whole. */
export interface Part {
  readonly of: 'votes' | 'ballots' | 'eligible'
  /** More than the part, or at least it. */
  readonly over: boolean
  readonly numerator: number
  readonly denominator: number
}

/** What a part of something is a part of. */
export interface Wholes {
  readonly votes: readonly number[]
  readonly ballots: number
  readonly eligible: number
}

/** A part asked for, held against what there is. */
export interface Requirement {
  readonly part: Part
  /** How many there are. */
  readonly has: number
  /** The fewest that are enough. */
  readonly needed: number
  /** All of which they are a part. */
  readonly whole: number
}

export function requirementOf(part: Part, wholes: Wholes, has: number): Requirement {
  const whole = wholeOf(part.of, wholes)
  return { part, has, needed: neededOf(part, whole), whole }
}

export function isMet({ has, needed }: Requirement): boolean {
  return has >= needed
}

function wholeOf(of: Part['of'], { votes, ballots, eligible }: Wholes): number {
  if (of === 'votes') return votes.reduce((sum, each) => sum + each, 0)
  return of === 'ballots' ? ballots : eligible
}

/** The fewest of `whole` that are more than, or at least, the part. */
function neededOf({ over, numerator, denominator }: Part, whole: number): number {
  const [parts, by] = [BigInt(whole) * BigInt(numerator), BigInt(denominator)]
  return Number(over ? parts / by + 1n : (parts + by - 1n) / by)
}

/** The same with so many ballots and votes more. Whose the votes are is nothing to a part of the whole. */
export function atMost(wholes: Wholes, more: { readonly ballots: number; readonly votes: number }): Wholes {
  const { votes, ballots, eligible } = wholes
  return { votes: [...votes, more.votes], ballots: ballots + more.ballots, eligible }
}
