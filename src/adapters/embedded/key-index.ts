/**
 * Which tags were issued and which are used, in typed arrays: 22 bytes per key and 4 to 8 of slots,
 * no object per voter. Two contracts share the arrays: who may vote (ports/eligibility.ts) and
 * whose key is spent (ports/key-spending.ts). Open addressing with linear probing; tags are keyed
 * hashes, so nobody outside can aim for one slot.
 *
 * A tag is held by its first 16 bytes: to be let in without a key one would have to meet one of n
 * values of 128 bits.
 */
import type { Tag } from '../../ports/digest.ts'
import type { Eligibility } from '../../ports/eligibility.ts'
import type { KeySpending } from '../../ports/key-spending.ts'

/** Words of 32 bits of a tag that are held. */
export const TAG_WORDS = 4
/** Keys copied in one turn while the index grows: a millisecond or two. */
const GROWN_AT_ONCE = 65_536
/** Marks a key whose ballot is being written; no log gets that long. */
const WRITING = 0xffff_ffff

/** Issued keys: {@link TAG_WORDS} of each one's tag, and its district. */
export interface IssuedTags {
  readonly tags: Uint32Array<ArrayBuffer>
  readonly districts: Uint16Array<ArrayBuffer>
}

export class KeyIndex implements Eligibility, KeySpending {
  #tags: Uint32Array<ArrayBuffer>
  #slots: Uint32Array<ArrayBuffer>
  #mask: number
  #district: Uint16Array<ArrayBuffer>
  /** 0 unused, WRITING, or the sequence number of the ballot the key was spent on. */
  #seq: Uint32Array
  #capacity: number
  #size = 0
  #used = 0

  constructor(capacity: number) {
    const slots = slotsFor(capacity)
    this.#capacity = capacity
    this.#mask = slots - 1
    this.#slots = new Uint32Array(slots)
    this.#tags = new Uint32Array(capacity * TAG_WORDS)
    this.#district = new Uint16Array(capacity)
    this.#seq = new Uint32Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** Keys spent on durable ballots. */
  get used(): number {
    return this.#used
  }

  /** @throws RangeError when full, or when the tag is there already */
  add(tag: Tag, district: number): void {
    if (this.#size === this.#capacity) throw new RangeError('the key index is full')
    const a = word(tag, 0)
    let slot = a & this.#mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry === 0) break
      if (this.#holds(entry - 1, tag, a)) throw new RangeError('a credential was issued twice')
      slot = (slot + 1) & this.#mask
    }
    const voter = this.#size++
    this.#slots[slot] = voter + 1
    const at = voter * TAG_WORDS
    this.#tags[at] = a
    for (let i = 1; i < TAG_WORDS; i++) this.#tags[at + i] = word(tag, i * 4)
    this.#district[voter] = district
  }

  /**
   * Takes all of these keys, none of which may be there twice, into an index that is empty; some in
   * each step.
   * @throws RangeError where it has no room, or is not empty
   */
  *addAll({ tags, districts }: IssuedTags): Generator<void> {
    if (this.#size !== 0 || districts.length > this.#capacity) throw new RangeError('the key index is full')
    this.#tags.set(tags)
    this.#district.set(districts)
    for (let from = 0; from < districts.length; from += GROWN_AT_ONCE) {
      const to = Math.min(from + GROWN_AT_ONCE, districts.length)
      for (let voter = from; voter < to; voter++) place(this.#slots, this.#tags, voter)
      yield
    }
    this.#size = districts.length
  }

  /** Copies of what it holds of the issued keys, and of the slots they lie in. */
  issued(): IssuedTags & { readonly slots: Uint32Array<ArrayBuffer> } {
    return {
      tags: this.#tags.slice(0, this.#size * TAG_WORDS),
      districts: this.#district.slice(0, this.#size),
      slots: this.#slots.slice(),
    }
  }

  /**
   * Makes room for more keys, some at a time, while keys are found and marked as ever. No key is
   * added meanwhile.
   * @param nextTurn gives everybody else a turn
   */
  async grow(more: number, nextTurn: () => Promise<unknown>): Promise<void> {
    const capacity = this.#size + more
    if (capacity <= this.#capacity) return
    const tags = new Uint32Array(capacity * TAG_WORDS)
    const district = new Uint16Array(capacity)
    const slots = slotsFor(capacity) > this.#slots.length ? new Uint32Array(slotsFor(capacity)) : undefined
    for (let from = 0; from < this.#size; from += GROWN_AT_ONCE) {
      const to = Math.min(from + GROWN_AT_ONCE, this.#size)
      tags.set(this.#tags.subarray(from * TAG_WORDS, to * TAG_WORDS), from * TAG_WORDS)
      district.set(this.#district.subarray(from, to), from)
      if (slots !== undefined) for (let voter = from; voter < to; voter++) place(slots, tags, voter)
      await nextTurn()
    }
    // The one thing that changes while votes come in: copied in the turn in which it is put in
    // place.
    const seq = new Uint32Array(capacity)
    seq.set(this.#seq)
    this.#tags = tags
    this.#district = district
    this.#seq = seq
    this.#capacity = capacity
    if (slots === undefined) return
    this.#slots = slots
    this.#mask = slots.length - 1
  }

  /** The voter's index, or -1. */
  find(tag: Tag): number {
    const a = word(tag, 0)
    let slot = a & this.#mask
    for (;;) {
      const entry = this.#slots[slot]!
      if (entry === 0) return -1
      if (this.#holds(entry - 1, tag, a)) return entry - 1
      slot = (slot + 1) & this.#mask
    }
  }

  #holds(voter: number, tag: Tag, a: number): boolean {
    const at = voter * TAG_WORDS
    const tags = this.#tags
    return (
      tags[at] === a &&
      tags[at + 1] === word(tag, 4) &&
      tags[at + 2] === word(tag, 8) &&
      tags[at + 3] === word(tag, 12)
    )
  }

  districtOf(voter: number): number {
    return this.#district[voter]!
  }

  isUnused(voter: number): boolean {
    return this.#seq[voter] === 0
  }

  isWriting(voter: number): boolean {
    return this.#seq[voter] === WRITING
  }

  /** The sequence number of the ballot a used key was spent on. */
  ballotOf(voter: number): number {
    return this.#seq[voter]!
  }

  markWriting(voter: number): void {
    this.#seq[voter] = WRITING
  }

  markUsed(voter: number, seq: number): void {
    this.#seq[voter] = seq
    this.#used++
  }

  /** Counts keys that were spent, and of which nobody can say any more which they were. */
  countUnnamed(used: number): void {
    this.#used += used
  }

  markUnused(voter: number): void {
    this.#seq[voter] = 0
  }
}

/**
 * The same keys in an order that their tags alone decide: by the slot they would like, then by the
 * rest of the tag. Placed in this order they fill the slots from one end to the other, which is
 * several times faster than at random.
 * @param slots where they lie, so that nothing far apart is compared
 */
export function sortedTags({ tags, districts, slots }: ReturnType<KeyIndex['issued']>): IssuedTags {
  const mask = slots.length - 1
  const order = new Uint32Array(districts.length)
  let count = 0
  // What lies before the first free slot may belong to the end.
  const first = slots.indexOf(0)
  let runBegins = 0
  let runSlot = 0
  for (let i = 0; i <= slots.length; i++) {
    const entry = i === slots.length ? 0 : slots[(first + i) & mask]!
    if (entry !== 0) {
      const voter = entry - 1
      let at = count++
      const isBefore = (other: number) => compareInRun(tags, voter, other, runSlot, mask) < 0
      for (; at > runBegins && isBefore(order[at - 1]!); at--) order[at] = order[at - 1]!
      order[at] = voter
    } else {
      runBegins = count
      runSlot = first + i + 1
    }
  }
  const sorted = { tags: new Uint32Array(tags.length), districts: new Uint16Array(districts.length) }
  for (let to = 0; to < count; to++) {
    const voter = order[to]!
    for (let w = 0; w < TAG_WORDS; w++) sorted.tags[to * TAG_WORDS + w] = tags[voter * TAG_WORDS + w]!
    sorted.districts[to] = districts[voter]!
  }
  return sorted
}

/** Of one run of slots, which begins at `runSlot` and may pass over the end of the slots. */
function compareInRun(tags: Uint32Array, one: number, other: number, runSlot: number, mask: number): number {
  const [a, b] = [one * TAG_WORDS, other * TAG_WORDS]
  const slots = ((tags[a]! - runSlot) & mask) - ((tags[b]! - runSlot) & mask)
  if (slots !== 0) return slots
  for (let w = 0; w < TAG_WORDS; w++) if (tags[a + w] !== tags[b + w]) return tags[a + w]! - tags[b + w]!
  return 0
}

function slotsFor(capacity: number): number {
  let slots = 16
  while (slots < capacity * 1.25) slots *= 2
  return slots
}

/** Puts a voter whose tag is in no slot yet into one. */
function place(slots: Uint32Array, tags: Uint32Array, voter: number): void {
  const mask = slots.length - 1
  let slot = tags[voter * TAG_WORDS]! & mask
  while (slots[slot] !== 0) slot = (slot + 1) & mask
  slots[slot] = voter + 1
}

function word(tag: string, at: number): number {
  return (
    (tag.charCodeAt(at) |
      (tag.charCodeAt(at + 1) << 8) |
      (tag.charCodeAt(at + 2) << 16) |
      (tag.charCodeAt(at + 3) << 24)) >>>
    0
  )
}
