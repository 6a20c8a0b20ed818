/**
 * The tags a reader of `votes` has met, each with a mark of the record that was the first to bear
 * it: 20 bytes per tag in typed arrays that grow, and 5 to 11 of slots. Open addressing with linear
 * probing. Pure.
 *
 * A tag is held by its first 16 bytes, as everywhere in memory.
 */
const TAG_WORDS = 4
const WORDS = TAG_WORDS + 1

export class SeenTags {
  #entries = new Uint32Array(1024 * WORDS)
  #slots = new Uint32Array(2048)
  #size = 0

  get size(): number {
    return this.#size
  }

  /**
   * Takes note of a record.
   * @param tagHex at least 32 hexadecimal digits
   * @param sealHex at least 8 hexadecimal digits: the same record has the same
   * @returns whether its tag is new, or was met in the same record, or in another one
   */
  meet(tagHex: string, sealHex: string): 'new' | 'same' | 'other' {
    const a = word(tagHex, 0)
    const b = word(tagHex, 8)
    const c = word(tagHex, 16)
    const d = word(tagHex, 24)
    const mark = word(sealHex, 0)
    const mask = this.#slots.length - 1
    let slot = a & mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry === 0) break
      const at = (entry - 1) * WORDS
      const held = this.#entries
      if (held[at] === a && held[at + 1] === b && held[at + 2] === c && held[at + 3] === d)
        return held[at + 4] === mark ? 'same' : 'other'
      slot = (slot + 1) & mask
    }
    const at = this.#size * WORDS
    if (at === this.#entries.length) this.#growEntries()
    this.#entries.set([a, b, c, d, mark], at)
    this.#slots[slot] = ++this.#size
    if (this.#size * 1.25 > this.#slots.length) this.#growSlots()
    return 'new'
  }

  #growEntries(): void {
    const larger = new Uint32Array(this.#entries.length * 2)
    larger.set(this.#entries)
    this.#entries = larger
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let entry = 1; entry <= this.#size; entry++) {
      let slot = this.#entries[(entry - 1) * WORDS]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry
    }
    this.#slots = slots
  }
}

function word(hex: string, at: number): number {
  return Number.parseInt(hex.slice(at, at + 8), 16)
}
