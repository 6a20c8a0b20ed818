/**
 * How long to wait before the next attempt, ms: `firstMs` after the first failure, twice as long
 * after each further one, `mostMs` at most.
 * @param failures how many attempts have failed in a row before this one, from 0
 */
export function doublingMs(failures: number, { firstMs, mostMs }: Doubling): number {
  return Math.min(firstMs * 2 ** failures, mostMs)
}

export interface Doubling {
  readonly firstMs: number
  readonly mostMs: number
}
