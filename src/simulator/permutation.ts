/**
 * A random order of 0 … n−1 that needs no memory: a Feistel network over the next power of four,
 * walked until it lands below n. So a hundred million ballots are cast in random order without
 * holding them.
 */
const ROUNDS = 6

/**
 * @param n how many; up to 2^50
 * @param seed the same seed gives the same order
 * @returns the i-th number of the order, a bijection of 0 … n−1
 */
export function permutation(n: number, seed: number): (i: number) => number {
  let bits = 1
  while (4 ** bits < n) bits++
  const half = 2 ** bits
  const keys = Array.from({ length: ROUNDS }, (_, round) => mix(seed ^ Math.imul(round + 1, 0x9e3779b9)))
  const step = (value: number): number => {
    let left = Math.floor(value / half)
    let right = value % half
    for (const key of keys) {
      const next = (left ^ (mix(right ^ key) % half)) >>> 0
      left = right
      right = next
    }
    return left * half + right
  }
  return (i) => {
    let value = step(i)
    while (value >= n) value = step(value)
    return value
  }
}

/** The finaliser of MurmurHash3: every input bit changes every output bit. */
function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
