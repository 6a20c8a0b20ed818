/**
 * Which records of the ballot log count (docs/protocol.md, "Voids" and "Epochs"): the first of a
 * tag, in its epoch.
 */
import type { Faults } from './faults.ts'
import type { Position, Stores, VoteRecord } from './stores.ts'

export interface Scanned {
  readonly ballots: readonly VoteRecord[]
  readonly voids: readonly VoteRecord[]
  readonly aside: readonly { readonly record: VoteRecord; readonly why: 'duplicate-tag' | 'old-epoch' }[]
}

export class Scan {
  readonly #stores: Stores
  readonly #faults: Faults
  readonly #first = new Map<string, VoteRecord>()
  #at: Position

  constructor(stores: Stores, faults: Faults) {
    this.#stores = stores
    this.#faults = faults
    this.#at = stores.votes.map(() => 0)
  }
  position(): Position {
    return this.#at
  }
  /** Reads on up to there. The places at which epochs begin are ones that reading stops at. */
  read(upTo: Position): Scanned {
    const ballots: VoteRecord[] = []
    const voids: VoteRecord[] = []
    const aside: { record: VoteRecord; why: 'duplicate-tag' | 'old-epoch' }[] = []
    for (const [p, records] of this.#stores.votes.entries())
      for (const record of records.slice(this.#at[p], upTo[p])) {
        const first = this.#first.get(record.tag)
        if (first !== undefined) {
          if (first.nonce !== record.nonce) aside.push({ record, why: 'duplicate-tag' })
          continue
        }
        if (record.epoch < this.#epochAt(p)) {
          aside.push({ record, why: 'old-epoch' })
          continue
        }
        if (record.marks !== null) ballots.push(record)
        else voids.push(record)
        if (record.marks !== null || !this.#faults.resurrectsKeys) this.#first.set(record.tag, record)
      }
    this.#at = upTo.map((end, p) => Math.max(end, this.#at[p]!))
    return { ballots, voids, aside }
  }
  /** The records that spent their keys, up to where it has read. */
  spent(): Iterable<VoteRecord> {
    return this.#first.values()
  }
  #epochAt(partition: number): number {
    return this.#stores.withdrawals.filter(
      ({ upTo }) => upTo !== null && upTo[partition]! <= this.#at[partition]!,
    ).length
  }
}

/** The whole ballot log up to there, stopping where epochs begin. */
export function scanAll(
  stores: Stores,
  upTo: Position,
  faults: Faults,
): { readonly scan: Scan; readonly found: Scanned } {
  const scan = new Scan(stores, faults)
  const parts = stores.withdrawals.flatMap(({ upTo: stop }) => (stop === null ? [] : [stop]))
  const read = [...parts, upTo].map((stop) => scan.read(stop))
  return {
    scan,
    found: {
      ballots: read.flatMap(({ ballots }) => ballots),
      voids: read.flatMap(({ voids }) => voids),
      aside: read.flatMap(({ aside }) => aside),
    },
  }
}
