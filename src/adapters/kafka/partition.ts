/**
 * Which partition a tag's records are in: Kafka's own rule, so that Java's clients and Kafka's
 * tools put a key into the same one. No I/O.
 */

const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * Murmur2 of a key as Kafka's Java client has it, its sign taken off: an integer from 0 to 2³¹ − 1.
 */
export function positiveMurmur2(key: Uint8Array): number {
  const { length } = key
  const whole = length & ~3
  let h = SEED ^ length
  for (let i = 0; i < whole; i += 4) {
    let k = key[i]! | (key[i + 1]! << 8) | (key[i + 2]! << 16) | (key[i + 3]! << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    h = Math.imul(h, M) ^ Math.imul(k, M)
  }
  if (whole < length) {
    for (let i = length - 1; i >= whole; i--) h ^= key[i]! << (8 * (i - whole))
    h = Math.imul(h, M)
  }
  h ^= h >>> 13
  h = Math.imul(h, M)
  return (h ^ (h >>> 15)) & 0x7fff_ffff
}

export function partitionOf(key: Uint8Array, partitions: number): number {
  return positiveMurmur2(key) % partitions
}
