/**
 * A gateway of the cluster: reserve, append, look at the lease, mark used, answer
 * (docs/protocol.md, "Epochs"). Calls travel, answers are lost, the process may be paused between
 * any two steps or die.
 */
import type { Faults } from './faults.ts'
import { DELIVERY_MS, LEASE_MS, type Stores, type VoteRecord } from './stores.ts'
import type { Chance, Process, Steps, World } from './world.ts'

export interface CastRequest {
  readonly tag: string
  readonly person: number
  readonly district: number
  readonly marks: readonly number[] | null
  readonly mark: string
}

export type Answer =
  | { readonly is: 'recorded'; readonly record: VoteRecord }
  | {
      readonly is:
        | 'key-already-used'
        | 'unknown-key'
        | 'outcome-unknown'
        | 'unavailable'
        | 'polls-closed'
        | 'option-withdrawn'
    }

const HOLD_MS = 5000
/** What clocks may differ by. */
const CLOCK_MS = 1000
const SWEEP_AFTER_MS = 1500

export class Gateway {
  readonly name: string
  readonly #world: World
  readonly #stores: Stores
  readonly #chance: Chance
  readonly #faults: Faults
  /** How much its clock is ahead of the world's. */
  readonly #skewMs: number
  #processes: Process[] = []
  #epoch = 0
  #leaseUntilMs = 0
  #leaseEpoch = -1
  #nonces = 0
  isAlive = true

  constructor(name: string, world: World, stores: Stores, chance: Chance, faults: Faults) {
    this.name = name
    this.#world = world
    this.#stores = stores
    this.#chance = chance
    this.#faults = faults
    this.#skewMs = chance.below(800) - 400
    this.#start('lease', this.#leasing())
    this.#start('sweep', this.#sweeping())
  }
  pause(ms: number): void {
    for (const process of this.#processes) process.pause(ms)
  }
  die(): void {
    this.isAlive = false
    for (const process of this.#processes) process.kill()
  }
  /** Asks; `answer` is called unless the gateway dies or the answer is lost. */
  ask(request: CastRequest, answer: (answer: Answer) => void): void {
    if (!this.isAlive) return
    const self = this
    this.#start(
      `cast ${request.mark}`,
      (function* () {
        yield* self.#travel()
        const said = yield* self.#cast(request)
        yield* self.#travel()
        if (self.#chance.next() < 0.95) answer(said)
      })(),
    )
  }
  #start(name: string, steps: Steps): void {
    this.#processes = this.#processes.filter((process) => process.isAlive())
    this.#processes.push(this.#world.start(`${this.name} ${name}`, steps))
  }
  *#travel(): Steps {
    yield this.#chance.next() < 0.05 ? this.#chance.below(1500) : 1 + this.#chance.below(20)
  }
  #clock(): number {
    return this.#world.nowMs() + this.#skewMs
  }
  #hasLease(epoch: number): boolean {
    return this.#leaseEpoch === epoch && this.#clock() < this.#leaseUntilMs
  }
  *#leasing(): Steps {
    for (;;) {
      const [sentMs, epoch] = [this.#clock(), this.#epoch]
      yield* this.#travel()
      const isGiven = this.#stores.lease(this.name, epoch, this.#world.nowMs())
      const [now, ended] = [this.#stores.epoch(), this.#stores.isEnded]
      yield* this.#travel()
      if (isGiven) {
        this.#leaseUntilMs = sentMs + LEASE_MS
        this.#leaseEpoch = epoch
      }
      this.#epoch = Math.max(this.#epoch, now)
      if (ended) return
      yield 400
    }
  }
  *#cast(request: CastRequest): Steps<Answer> {
    const { keys, withdrawals, closesAtMs } = this.#stores
    const waitsUntilMs = this.#clock() + HOLD_MS
    while (this.#isBetweenEpochs()) {
      if (this.#clock() > waitsUntilMs) return { is: 'unavailable' }
      yield 100
    }
    const epoch = this.#epoch
    const nonce = `${this.name}-${this.#nonces++}`
    const record: VoteRecord = { ...request, nonce, epoch }
    const known = this.#faults.staleGateway ? [] : withdrawals.slice(0, epoch)
    const refuses = known.some(({ contest, option }) => request.marks?.[contest] === option)
    const mayTake = !refuses && this.#hasLease(epoch)
    yield* this.#travel()
    // Without a lease it begins nothing, and answers what it is asked again.
    const reserved = mayTake ? keys.reserve(record, this.#world.nowMs()) : keys.look(record)
    const sinceMs = this.#clock()
    yield* this.#travel()
    if (typeof reserved === 'object')
      return reserved.used.mark === request.mark
        ? { is: 'recorded', record: reserved.used }
        : { is: 'key-already-used' }
    if (reserved === 'reserved') return yield* this.#land(record, sinceMs)
    if (reserved === 'writing') return { is: 'outcome-unknown' }
    if (reserved === 'unknown-key') return { is: 'unknown-key' }
    if (reserved === 'closed' || this.#clock() >= closesAtMs + CLOCK_MS) return { is: 'polls-closed' }
    return { is: refuses ? 'option-withdrawn' : 'unavailable' }
  }
  *#land(record: VoteRecord, sinceMs: number): Steps<Answer> {
    // What has waited long may be gone from the outbox: asked anew, not sent.
    if (this.#clock() - sinceMs > DELIVERY_MS) return { is: 'outcome-unknown' }
    const sent = this.#send(record)
    while (!sent.isAcknowledged) yield 5
    if (!this.#hasLease(record.epoch)) return { is: 'outcome-unknown' }
    yield* this.#travel()
    if (this.#stores.keys.use(record) === 'conflict') return { is: 'outcome-unknown' }
    return { is: 'recorded', record }
  }
  /** What was sent goes its way whatever becomes of the sender. */
  #send(record: VoteRecord): { isAcknowledged: boolean } {
    const sent = { isAcknowledged: false }
    const [stores, chance] = [this.#stores, this.#chance]
    this.#world.start(
      `append ${record.nonce}`,
      (function* () {
        yield chance.next() < 0.1 ? chance.below(DELIVERY_MS) : 1 + chance.below(30)
        stores.append(record)
        yield 1 + chance.below(30)
        sent.isAcknowledged = true
      })(),
    )
    return sent
  }
  /** From T on, by its own clock, until it sees that the epoch has begun. */
  #isBetweenEpochs(): boolean {
    const next = this.#stores.withdrawals[this.#epoch]
    return next !== undefined && this.#clock() >= next.effectiveMs
  }
  *#sweeping(): Steps {
    for (;;) {
      yield 700
      if (this.#stores.isEnded) return
      for (const record of this.#stores.keys.claim(this.#world.nowMs() - SWEEP_AFTER_MS)) {
        const sent = this.#send(record)
        while (!sent.isAcknowledged) yield 20
        this.#stores.keys.use(record)
      }
    }
  }
}
