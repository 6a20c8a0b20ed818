/**
 * Every nonce of a log, each with its leaf, to find one that comes twice. Exact: all 128 bits are
 * compared. Pure.
 */

/** Of a slot: the nonce's four, and its leaf + 1, of which 0 is an empty slot. */
const WORDS = 5
const LEAF = 4
const FIRST_SLOTS = 1 << 12
const MOST_FIRST_SLOTS = 1 << 22
/** Slots are at most this full. */
const MOST_FULL = 0.6

export interface NonceSet {
  /** Adds the nonce at 16 bytes from `at`. @returns the leaf that had it before, or undefined */
  readonly add: (bytes: Uint8Array, at: number, leaf: number) => number | undefined
}

/**
 * @param expected how many are likely to come, at most 2^32 - 2
 * @param salt 16 bytes that whoever chose the nonces cannot have known: else one who did can put
 *   all of them in one place, and each takes as long as all before it
 */
export function nonceSet(expected = 0, salt: Uint8Array = new Uint8Array(16).fill(0x5a)): NonceSet {
  let slots = FIRST_SLOTS
  while (slots * MOST_FULL < expected && slots < MOST_FIRST_SLOTS) slots *= 2
  let words = new Uint32Array(slots * WORDS)
  let count = 0
  const secret = new DataView(salt.buffer, salt.byteOffset, salt.length)
  const [m0, m1, m2, m3] = [0, 4, 8, 12].map((at) => secret.getInt32(at) | 1) as [
    number,
    number,
    number,
    number,
  ]
  let shift = 32 - Math.log2(slots)

  /** Where the nonce is, or would be: the first word of its slot. */
  const place = (a: number, b: number, c: number, d: number): number => {
    const [mask, held] = [slots - 1, words]
    // Multiplied by secret odd numbers and summed: universal in its highest bits, which pick the
    // slot.
    const sum = Math.imul(a, m0) + Math.imul(b, m1) + Math.imul(c, m2) + Math.imul(d, m3)
    let slot = (sum >>> 0) >>> shift
    for (;;) {
      const at = slot * WORDS
      if (held[at + LEAF] === 0) return at
      if (held[at] === a && held[at + 1] === b && held[at + 2] === c && held[at + 3] === d) return at
      slot = (slot + 1) & mask
    }
  }

  const grow = () => {
    const old = words
    slots *= 2
    shift--
    words = new Uint32Array(slots * WORDS)
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + LEAF] === 0) continue
      const at = place(old[from]!, old[from + 1]!, old[from + 2]!, old[from + 3]!)
      for (let w = 0; w < WORDS; w++) words[at + w] = old[from + w]!
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
      const d = wordAt(bytes, at + 12)
      const slot = place(a, b, c, d)
      const before = words[slot + LEAF]!
      if (before !== 0) return before - 1
      words[slot] = a
      words[slot + 1] = b
      words[slot + 2] = c
      words[slot + 3] = d
      words[slot + LEAF] = leaf + 1
      count++
      return undefined
    },
  }
}
