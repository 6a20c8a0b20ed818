/**
 * Which ids were seen, and on which line first: 64-bit hashes and line numbers in one typed array,
 * 12 bytes a slot, so that ten million ids cost some 200 MB and no garbage.
 *
 * Equal hashes are a suspicion, not a proof: the caller must compare the ids themselves.
 */

/** Writes 64 bits of hash into `out[0]` and `out[1]`. */
export type IdHash = (id: string, out: Uint32Array) => void

export interface SeenIds {
  /**
   * 0 if no id with this hash was there, else the line of the first one; then nothing is stored.
   */
  readonly put: (id: string, line: number) => number
}

const FIRST_SLOTS = 1 << 16
const WORDS = 3

export function seenIds(hash: IdHash = hash64): SeenIds {
  let slots = FIRST_SLOTS
  let table = new Uint32Array(slots * WORDS)
  let used = 0
  const bits = new Uint32Array(2)

  const find = (high: number, low: number): number => {
    let slot = high & (slots - 1)
    for (;;) {
      const at = slot * WORDS
      if (table[at + 2] === 0 || (table[at] === high && table[at + 1] === low)) return at
      slot = (slot + 1) & (slots - 1)
    }
  }

  const grow = (): void => {
    const old = table
    slots *= 2
    table = new Uint32Array(slots * WORDS)
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + 2] === 0) continue
      table.set(old.subarray(at, at + WORDS), find(old[at]!, old[at + 1]!))
    }
  }

  return {
    put: (id, line) => {
      hash(id, bits)
      const high = bits[0]!
      const low = bits[1]!
      const at = find(high, low)
      if (table[at + 2] !== 0) return table[at + 2]!
      table[at] = high
      table[at + 1] = low
      table[at + 2] = line
      if (++used * 4 > slots * 3) grow()
      return 0
    },
  }
}

/**
 * Two 32-bit multiplicative hashes over the UTF-16 code units, mixed into each other (cyrb53's
 * construction).
 */
export function hash64(id: string, out: Uint32Array): void {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i)
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  out[0] = a
  out[1] = b
}
