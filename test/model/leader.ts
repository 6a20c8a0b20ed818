/**
 * Whoever leads: journals batches, amendments and epochs, publishes, closes (docs/protocol.md,
 * "Release" and "Epochs"). It may be paused and find that another leads.
 */
import type { Desk } from './desk.ts'
import type { Faults } from './faults.ts'
import type { LogMaker } from './maker.ts'
import { scanAll } from './scan.ts'
import { DELIVERY_MS, type JournalEntry, type Position, type Stores, type Withdrawal } from './stores.ts'
import type { Chance, Steps, World } from './world.ts'

export interface LeaderDeps {
  readonly world: World
  readonly stores: Stores
  readonly chance: Chance
  readonly faults: Faults
  readonly newMaker: () => LogMaker
  readonly desk: Desk
  /**
   * Amendments that were asked for, oldest first: their entries, and what comes into force with
   * each.
   */
  readonly asked: { readonly record: () => string; readonly effect: () => void }[]
}

/** The books are looked at wherever a batch was decided. */
export type OnDecided = (maker: LogMaker) => void

export function* leader(deps: LeaderDeps, onDecided: OnDecided): Steps {
  const { world, stores, chance, newMaker } = deps
  const term = ++stores.term
  const maker = newMaker()
  let taken = 0
  const catchUp = () => {
    for (; taken < stores.journal.length; taken++) maker.take(stores.journal[taken]!)
  }
  /** Decides in the journal, then does what it says and puts the checkpoint in place. */
  function* put(entry: JournalEntry, effect: () => void = () => {}): Steps<boolean> {
    yield 1 + chance.below(40)
    if (!stores.journalise(term, taken, entry)) return false
    effect()
    maker.take(entry)
    taken++
    onDecided(maker)
    yield 1 + chance.below(40)
    stores.published.push({ size: maker.entries.length, root: maker.roots[maker.entries.length]! })
    return true
  }
  catchUp()
  for (;;) {
    yield 50 + chance.below(300)
    if (stores.isEnded || term < stores.term) return
    const upTo = stores.ends()
    const next = stores.withdrawals[stores.epoch()]
    const asked = world.nowMs() < stores.closesAtMs ? deps.asked.shift() : undefined
    if (stores.journal.at(-1)?.kind === 'end') {
      if (yield* finish(deps, put)) return
    } else if (asked !== undefined) {
      const record = asked.record()
      if (!(yield* put({ kind: 'amendment', upTo: maker.position(), record }, asked.effect)))
        deps.asked.unshift(asked)
    } else if (deps.desk.isReady()) {
      yield* replace(deps, maker.position(), put)
    } else if (next !== undefined && world.nowMs() >= next.effectiveMs) {
      yield* begin(deps, next, put)
    } else if (world.nowMs() >= stores.closesAtMs) {
      if (yield* close(deps, put)) return
    } else if (maker.look(upTo)) yield* put({ kind: 'batch', upTo, record: null })
  }
}

type Put = (entry: JournalEntry, effect?: () => void) => Steps<boolean>

/**
 * Old leases have expired and nothing is reserved any more; undefined where it must be tried again.
 */
function* fence(deps: LeaderDeps, epoch: number): Steps<Position | undefined> {
  const { world, stores, chance } = deps
  if (deps.faults.overtakesBallots) return stores.ends()
  while (!stores.leasesExpired(world.nowMs())) yield 100
  if (!stores.keys.isLoaded) return undefined
  const { generation } = stores.keys
  stores.keys.epoch = Math.max(stores.keys.epoch, epoch)
  for (const record of stores.keys.claim(Number.POSITIVE_INFINITY)) {
    yield 1 + chance.below(10)
    stores.append(record)
    stores.keys.use(record)
  }
  return stores.keys.isLoaded && stores.keys.generation === generation ? stores.ends() : undefined
}

function* begin(deps: LeaderDeps, withdrawal: Withdrawal, put: Put): Steps {
  const { stores } = deps
  const epoch = stores.withdrawals.indexOf(withdrawal) + 1
  const upTo = yield* fence(deps, epoch)
  if (upTo === undefined) return
  const record = `{"v":3,"entry":"epoch","election":"model","amendment":${epoch}}`
  yield* put({ kind: 'epoch', upTo, record }, () => {
    withdrawal.upTo = upTo
    stores.keys.epoch = Math.max(stores.keys.epoch, epoch)
  })
}

/** The keys whose voids are durable change in the roll, and then new ones may leave the desk. */
function* replace({ desk }: LeaderDeps, upTo: Position, put: Put): Steps {
  const update = desk.gather()
  if (yield* put({ kind: 'amendment', upTo, record: update.record }, update.effect)) desk.settled(update)
  else desk.putBack(update)
}

/** @returns whether the log is closed */
function* close(deps: LeaderDeps, put: Put): Steps<boolean> {
  const { stores, desk } = deps
  stores.keys.isClosed = true
  // What was sent before lands within this time.
  yield 2 * DELIVERY_MS
  const upTo = yield* fence(deps, stores.keys.epoch)
  if (upTo === undefined) return false
  // What the desk began is finished: the ballot log says which of its voids are there.
  desk.settleBy(scanAll(stores, upTo, deps.faults).found.voids)
  if (desk.isReady()) yield* replace(deps, upTo, put)
  if (desk.isReady()) return false
  if (!(yield* put({ kind: 'end', upTo, record: '{"v":3,"entry":"end","election":"model"}' }))) return false
  return yield* finish(deps, put)
}

function* finish({ stores }: LeaderDeps, put: Put): Steps<boolean> {
  const { upTo } = stores.journal.at(-1)!
  return yield* put({ kind: 'close', upTo, record: '{"v":3,"entry":"close","election":"model"}' }, () => {
    stores.isEnded = true
  })
}
