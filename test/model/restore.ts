/**
 * One machine whose folder is copied, lost and put back (docs/protocol.md, "Restored boxes"): a box
 * that lacks ballots must not take others for their keys.
 */
import type { Faults } from './faults.ts'
import type { Breach } from './secrecy.ts'
import { chance } from './world.ts'

interface Row {
  readonly key: number
  readonly mark: string
  readonly ballot: number
}

/** Outside of every copy. */
interface Fence {
  incarnation: number
  stored: number
}

/** All that a copy has. */
interface Folder {
  readonly rows: readonly Row[]
  readonly incarnation: number
  /** Rows that the fence is known to have. */
  readonly fenced: number
}

class Box {
  readonly #fence: Fence | null
  readonly #incarnation: number
  readonly rows: Row[]
  readonly isMarked: boolean
  #fenced: number

  constructor(
    { rows, incarnation, fenced }: Folder,
    isRestored: boolean,
    fence: Fence | null,
    another: () => number,
    faults: Faults,
  ) {
    this.#fence = fence
    this.#fenced = fenced
    this.rows = [...rows]
    const isNewest =
      fence === null ? !isRestored : fence.incarnation === incarnation && rows.length >= fence.stored
    this.isMarked = !isNewest && !faults.restoredBoxVotes
    // Random in the protocol: no two are alike.
    this.#incarnation = this.isMarked ? incarnation : another()
    if (fence !== null && !this.isMarked) {
      fence.incarnation = this.#incarnation
      fence.stored = rows.length
      this.#fenced = rows.length
    }
  }
  /** What a copy of the folder holds. */
  copy(): Folder {
    return { rows: [...this.rows], incarnation: this.#incarnation, fenced: this.#fenced }
  }
  /** @param dies whether the machine dies after the row is durable, before anybody is told */
  cast(row: Row, dies: boolean): Row | 'used' | 'refused' | 'no answer' {
    const at = this.rows.findIndex(({ key }) => key === row.key)
    const first = this.rows[at]
    if (first !== undefined) {
      if (first.mark !== row.mark) return 'used'
      return this.#isFenced(at) ? first : 'refused'
    }
    if (this.isMarked) return 'refused'
    this.rows.push(row)
    if (dies) return 'no answer'
    return this.#isFenced(this.rows.length - 1) ? row : 'refused'
  }
  /** Answers are given for rows that the fence has: a row past them may be on this box alone. */
  #isFenced(at: number): boolean {
    if (this.#fence === null || at < this.#fenced) return true
    if (this.isMarked || this.#fence.incarnation !== this.#incarnation) return false
    this.#fence.stored = this.rows.length
    this.#fenced = this.rows.length
    return true
  }
}

/**
 * Voters cast and ask again; copies are made; the folder is lost and put back, sometimes beside one
 * that still runs.
 */
export function restoring(seed: number, faults: Faults): readonly Breach[] {
  const { next, below } = chance(seed)
  const fence: Fence | null = next() < 0.5 ? { incarnation: 0, stored: 0 } : null
  let incarnations = 0
  const another = () => ++incarnations
  let box = new Box({ rows: [], incarnation: 0, fenced: 0 }, false, fence, another, faults)
  let beside: Box | null = null
  let copy = box.copy()
  let ballots = 0
  const told = new Map<number, Row>()
  const breaches: Breach[] = []
  const ask = (from: Box, key: number) => {
    const answer = from.cast({ key, mark: `m${key}-${below(2)}`, ballot: ballots++ }, next() < 0.05)
    if (typeof answer === 'string') return
    const before = told.get(key)
    if (before !== undefined && before.ballot !== answer.ballot)
      breaches.push({
        assertion: 'acknowledged-twice',
        detail: `key ${key} for ballots ${before.ballot} and ${answer.ballot}`,
      })
    told.set(key, answer)
  }
  for (let step = 0; step < 60; step++) {
    const what = next()
    if (what < 0.75) ask(beside !== null && next() < 0.5 ? beside : box, below(20))
    else if (what < 0.85) copy = (beside !== null && next() < 0.3 ? beside : box).copy()
    else if (what < 0.9) {
      // The machine starts again on its own folder: nothing was lost.
      if (!box.isMarked) box = new Box(box.copy(), false, fence, another, faults)
    } else {
      // Without a fence nobody may leave the old machine running: it is gone.
      beside = fence !== null && next() < 0.5 ? box : null
      box = new Box(copy, true, fence, another, faults)
    }
  }
  return breaches
}
