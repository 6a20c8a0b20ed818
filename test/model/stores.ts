/**
 * What gateways, leaders and desk share: the ballot log, the status of keys, leases, the journal.
 * Each call is one step; whatever travels to and from it is the caller's to wait for.
 */
import type { Faults } from './faults.ts'

/** A row or record of the ballot log (docs/protocol.md, "Voids"); `marks` null is a void. */
export interface VoteRecord {
  readonly tag: string
  /** Whose key it is: for the books, no process looks. */
  readonly person: number
  readonly district: number
  readonly marks: readonly number[] | null
  readonly nonce: string
  /** Retry mark, or the mark of a desk's request. */
  readonly mark: string
  readonly epoch: number
}

export const PARTITIONS = 3
export const partitionOf = (tag: string): number => Number(tag.slice(tag.indexOf(':') + 1)) % PARTITIONS

export type Position = readonly number[]

export interface Withdrawal {
  readonly contest: number
  readonly option: number
  /** From when it is in force. */
  readonly effectiveMs: number
  /** Where in the ballot log it takes effect; null until the leader has fixed it. */
  upTo: Position | null
}

/** What a journal entry decides: a batch of ballots, or an entry that is none. */
export interface JournalEntry {
  readonly upTo: Position
  readonly record: string | null
  readonly kind: 'batch' | 'amendment' | 'epoch' | 'end' | 'close'
}

type KeyState =
  | { readonly is: 'issued' }
  | { readonly is: 'reserved' | 'used'; readonly record: VoteRecord; readonly sinceMs: number }

export type Reserved =
  | 'reserved'
  | 'free'
  | 'writing'
  | 'old-epoch'
  | 'closed'
  | 'unavailable'
  | 'unknown-key'
  | { readonly used: VoteRecord }

/** Lease and drift (docs/protocol.md, "Epochs"). */
export const LEASE_MS = 3000
export const EXPIRED_MS = 4000
/** Longest a record is on its way to the ballot log. */
export const DELIVERY_MS = 4000

export class KeyStatus {
  readonly #keys = new Map<string, KeyState>()
  isLoaded = true
  isClosed = false
  /** Reservations of earlier epochs are refused. */
  epoch = 0
  /** How often it was made anew. */
  generation = 0

  issue(tag: string): void {
    if (!this.#keys.has(tag)) this.#keys.set(tag, { is: 'issued' })
  }
  /** What is known of a key; takes nothing. */
  look(record: VoteRecord): Reserved {
    if (!this.isLoaded) return 'unavailable'
    const state = this.#keys.get(record.tag)
    // A void of a new key may come before gateways know the key.
    if (state === undefined && record.marks !== null) return 'unknown-key'
    if (state?.is === 'used') return { used: state.record }
    if (state?.is === 'reserved') return state.record.nonce === record.nonce ? 'reserved' : 'writing'
    return this.isClosed ? 'closed' : 'free'
  }
  reserve(record: VoteRecord, nowMs: number): Reserved {
    const found = this.look(record)
    if (found !== 'free') return found
    if (record.epoch < this.epoch) return 'old-epoch'
    this.#keys.set(record.tag, { is: 'reserved', record, sinceMs: nowMs })
    return 'reserved'
  }
  use(record: VoteRecord): 'used' | 'conflict' {
    const state = this.#keys.get(record.tag)
    if (!this.isLoaded || state === undefined) return 'conflict'
    if (state.is !== 'issued' && state.record.nonce !== record.nonce) return 'conflict'
    // A straggler: its record may be behind the place where its epoch ended.
    if (record.epoch < this.epoch && state.is === 'issued') return 'conflict'
    this.#keys.set(record.tag, { is: 'used', record, sinceMs: 0 })
    return 'used'
  }
  /** What is reserved since then or longer: the outbox. */
  claim(untilMs: number): readonly VoteRecord[] {
    if (!this.isLoaded) return []
    return [...this.#keys.values()].flatMap((state) =>
      state.is === 'reserved' && state.sinceMs <= untilMs ? [state.record] : [],
    )
  }
  /** Redis is emptied. */
  lose(): void {
    this.#keys.clear()
    this.isLoaded = false
    this.generation++
  }
  load(tags: Iterable<string>, used: Iterable<VoteRecord>): void {
    this.#keys.clear()
    for (const tag of tags) this.#keys.set(tag, { is: 'issued' })
    for (const record of used) this.#keys.set(record.tag, { is: 'used', record, sinceMs: 0 })
    this.isLoaded = true
  }
  spent(): number {
    return [...this.#keys.values()].filter(({ is }) => is === 'used').length
  }
}

export class Stores {
  readonly votes: VoteRecord[][] = Array.from({ length: PARTITIONS }, () => [])
  readonly keys = new KeyStatus()
  /** Every tag ever issued, and whose it is. */
  readonly issued = new Map<string, number>()
  readonly withdrawals: Withdrawal[] = []
  readonly journal: JournalEntry[] = []
  /** Checkpoints put in place, by whichever leader. */
  readonly published: { readonly size: number; readonly root: string }[] = []
  readonly #leases = new Map<string, number>()
  readonly #faults: Faults
  term = 0
  closesAtMs: number
  isEnded = false

  constructor(closesAtMs: number, faults: Faults) {
    this.closesAtMs = closesAtMs
    this.#faults = faults
  }
  append(record: VoteRecord): void {
    this.votes[partitionOf(record.tag)]!.push(record)
  }
  ends(): Position {
    return this.votes.map((records) => records.length)
  }
  /** Epochs that have taken effect. */
  epoch(): number {
    return this.withdrawals.filter(({ upTo }) => upTo !== null).length
  }
  /** @returns whether the lease is given: never for an epoch that ends or has ended */
  lease(gateway: string, epoch: number, nowMs: number): boolean {
    const next = this.withdrawals[epoch]
    if (epoch !== this.epoch() || (next !== undefined && nowMs >= next.effectiveMs)) return false
    if (nowMs >= this.closesAtMs) return false
    this.#leases.set(gateway, nowMs + EXPIRED_MS)
    return true
  }
  leasesExpired(nowMs: number): boolean {
    return [...this.#leases.values()].every((untilMs) => untilMs <= nowMs)
  }
  /**
   * @returns whether the entry is in the journal: under the newest term, and as the one that comes
   *   next
   */
  journalise(term: number, number: number, entry: JournalEntry): boolean {
    if (!this.#faults.unfencedLeader && term !== this.term) return false
    if (!this.#faults.unfencedLeader && number !== this.journal.length) return false
    this.journal.push(entry)
    return true
  }
}
