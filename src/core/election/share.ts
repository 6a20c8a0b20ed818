/**
 * Shares that decide: "more than half of the votes", "at least a quarter of those eligible". Exact:
 * whole numbers and fractions of whole numbers, compared without rounding. Pure.
 */

/**
 * What a share is of: the votes given in the contest, the ballots cast that carry it, or the keys
 * issued for it.
 */
export type ShareOf = 'votes' | 'ballots' | 'eligible'

/** numerator / denominator, a fraction above 0 and up to 1. */
export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

/** What a number must come to: `{"more_than":"1/2"}` or `{"at_least":"2/3"}`, and of what. */
export interface Threshold {
  readonly is: 'more_than' | 'at_least'
  readonly fraction: Fraction
  readonly of: ShareOf
}

/**
 * How many must take part: ballots that carry the contest, or ballots that mark something in it.
 */
export interface Quorum {
  readonly counting: 'ballots' | 'marked'
  /** A share as of a threshold, or a number of its own. */
  readonly needs: Threshold | { readonly atLeast: number }
}

/** Numerators and denominators have at most so many digits. */
export const FRACTION_PATTERN = '^[1-9][0-9]{0,5}/[1-9][0-9]{0,5}$'

/** @param text of the form {@link FRACTION_PATTERN} */
export function fractionOf(text: string): Fraction {
  const [numerator, denominator] = text.split('/').map(Number)
  return { numerator: numerator!, denominator: denominator! }
}

/** Whether `count` of `base` is what the threshold asks for. Of nothing nothing is reached. */
export function reaches(
  { is, fraction }: Pick<Threshold, 'is' | 'fraction'>,
  count: number,
  base: number,
): boolean {
  if (base === 0) return false
  const left = BigInt(count) * BigInt(fraction.denominator)
  const right = BigInt(base) * BigInt(fraction.numerator)
  return is === 'more_than' ? left > right : left >= right
}
