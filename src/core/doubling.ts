/**
 * The pause before the next attempt: `firstMs` after the first failure, twice as long after each
 * further one, but at most `mostMs`.
 * @param failures the number of attempts that failed in a row before the last one, from 0
 * @returns milliseconds
 */
export function doublingMs(failures: number, { firstMs, mostMs }: Doubling): number {
  return Math.min(firstMs * 2 ** failures, mostMs)
}

export interface Doubling {
  readonly firstMs: number
  readonly mostMs: number
}
