/**
 * Shares that decide, such as "more than half of the votes" or "at least a quarter of those
 * eligible". All are integers and fractions of integers, compared without rounding.
 */

/**
 * The whole that a share refers to: votes cast in the contest, ballots that have it, or keys issued
 * for it.
 */
export type ShareOf = 'votes' | 'ballots' | 'eligible'

/** numerator / denominator, a fraction above 0 and at most 1. */
export interface Fraction {
  readonly numerator: number
  readonly denominator: number
}

/** The share that is needed, `{"more_than":"1/2"}` or `{"at_least":"2/3"}`, and of what. */
export interface Threshold {
  readonly is: 'more_than' | 'at_least'
  readonly fraction: Fraction
  readonly of: ShareOf
}

/** How many must take part: ballots that have the contest, or ballots that mark something in it. */
export interface Quorum {
  readonly counting: 'ballots' | 'marked'
  /** A share, as for a threshold, or a number. */
  readonly needs: Threshold | { readonly atLeast: number }
}

/** Numerators and denominators have at most six digits. */
export const FRACTION_PATTERN = '^[1-9][0-9]{0,5}/[1-9][0-9]{0,5}$'

/** @param text in the form {@link FRACTION_PATTERN} */
export function fractionOf(text: string): Fraction {
  const [numerator, denominator] = text.split('/').map(Number)
  return { numerator: numerator!, denominator: denominator! }
}

/** @returns whether `count` of `base` reaches the threshold; false if `base` is 0 */
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
