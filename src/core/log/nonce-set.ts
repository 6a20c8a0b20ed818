/** Every nonce of a log, each with its leaf, to find one that comes twice. Exact: all 128 bits are compared. Pure. */

const NONCE_BYTES = 16
const WORDS = 4
const FIRST_SLOTS = 1 << 12
/** Slots are at most this full. */
const MOST_FULL = 0.6

export interface NonceSet {
  /** Adds the nonce at 16 bytes from `at`. @returns the leaf that had it before, or undefined */
  readonly add: (bytes: Uint8Array, at: number, leaf: number) => number | undefined
}

export function nonceSet(): NonceSet {
  let slots = FIRST_SLOTS
  let words = new Uint32Array(slots * WORDS)
  /** Leaf + 1; 0 is an empty slot. */
  let leaves = new Float64Array(slots)
  let count = 0

  const place = (a: number, b: number, c: number, d: number): number => {
    // Nonces are random where nobody cheats; where somebody does, mixing all words keeps slots apart all the same.
    let slot = (Math.imul(a ^ Math.imul(c, 0x9e3779b1), 0x85ebca6b) ^ b ^ Math.imul(d, 0xc2b2ae35)) >>> 0
    const [mask, taken, held] = [slots - 1, leaves, words]
    slot = (slot ^ (slot >>> 15)) & mask
    for (;;) {
      if (taken[slot] === 0) return slot
      const at = slot * WORDS
      if (held[at] === a && held[at + 1] === b && held[at + 2] === c && held[at + 3] === d) return slot
      slot = (slot + 1) & mask
    }
  }

  const grow = () => {
    const [oldWords, oldLeaves] = [words, leaves]
    slots *= 2
    words = new Uint32Array(slots * WORDS)
    leaves = new Float64Array(slots)
    for (let i = 0; i < oldLeaves.length; i++) {
      if (oldLeaves[i] === 0) continue
      const at = i * WORDS
      const slot = place(oldWords[at]!, oldWords[at + 1]!, oldWords[at + 2]!, oldWords[at + 3]!)
      for (let w = 0; w < WORDS; w++) words[slot * WORDS + w] = oldWords[at + w]!
      leaves[slot] = oldLeaves[i]!
    }
  }

  const wordAt = (bytes: Uint8Array, at: number) =>
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0

  return {
    add: (bytes, at, leaf) => {
      if (count >= slots * MOST_FULL) grow()
      const a = wordAt(bytes, at)
      const b = wordAt(bytes, at + 4)
      const c = wordAt(bytes, at + 8)
      const d = wordAt(bytes, at + NONCE_BYTES - 4)
      const slot = place(a, b, c, d)
      if (leaves[slot] !== 0) return leaves[slot]! - 1
      words[slot * WORDS] = a
      words[slot * WORDS + 1] = b
      words[slot * WORDS + 2] = c
      words[slot * WORDS + 3] = d
      leaves[slot] = leaf + 1
      count++
      return undefined
    },
  }
}
