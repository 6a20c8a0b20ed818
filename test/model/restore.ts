/**
 * One machine whose folder is copied, lost and put back (docs/protocol.md, "Restored boxes"): a box that lacks ballots must
 * not take others for their keys.
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

class Box {
  readonly #fence: Fence | null
  readonly #incarnation: number
  readonly rows: Row[]
  readonly isMarked: boolean

  constructor(rows: readonly Row[], incarnation: number, isRestored: boolean, fence: Fence | null, faults: Faults) {
    this.#fence = fence
    this.rows = [...rows]
    const isNewest = fence === null ? !isRestored : fence.incarnation === incarnation && rows.length >= fence.stored
    this.isMarked = !isNewest && !faults.restoredBoxVotes
    this.#incarnation = incarnation + 1
    if (fence !== null && !this.isMarked) {
      fence.incarnation = this.#incarnation
      fence.stored = rows.length
    }
  }
  /** What a copy of the folder holds. */
  copy(): { readonly rows: readonly Row[]; readonly incarnation: number } {
    return { rows: [...this.rows], incarnation: this.#incarnation }
  }
  /** @param dies whether the machine dies after the row is durable, before anybody is told */
  cast(row: Row, dies: boolean): Row | 'used' | 'refused' | 'no answer' {
    const first = this.rows.find(({ key }) => key === row.key)
    if (first !== undefined) return first.mark === row.mark ? first : 'used'
    if (this.isMarked) return 'refused'
    this.rows.push(row)
    if (dies) return 'no answer'
    if (this.#fence !== null) {
      if (this.#fence.incarnation !== this.#incarnation) return 'refused'
      this.#fence.stored = this.rows.length
    }
    return row
  }
}

/** Voters cast and ask again; copies are made; the folder is lost and put back, sometimes beside one that still runs. */
export function restoring(seed: number, faults: Faults): readonly Breach[] {
  const { next, below } = chance(seed)
  const fence: Fence | null = next() < 0.5 ? { incarnation: 0, stored: 0 } : null
  let box = new Box([], 0, false, fence, faults)
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
      breaches.push({ assertion: 'acknowledged-twice', detail: `key ${key} for ballots ${before.ballot} and ${answer.ballot}` })
    told.set(key, answer)
  }
  for (let step = 0; step < 60; step++) {
    const what = next()
    if (what < 0.75) ask(beside !== null && next() < 0.5 ? beside : box, below(20))
    else if (what < 0.85) copy = box.copy()
    else if (what < 0.9) {
      // The machine starts again on its own folder: nothing was lost.
      const { rows, incarnation } = box.copy()
      if (!box.isMarked) box = new Box(rows, incarnation, false, fence, faults)
    } else {
      // Without a fence nobody may leave the old machine running: it is gone.
      beside = fence !== null && next() < 0.5 ? box : null
      box = new Box(copy.rows, copy.incarnation, true, fence, faults)
    }
  }
  return breaches
}
