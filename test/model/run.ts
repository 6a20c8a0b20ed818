/**
 * One run of the cluster, the desk and the organiser by a plan, up to the closed log; then the
 * auditor looks.
 */
import { type Acknowledged, audit, type Run } from './auditor.ts'
import { Desk } from './desk.ts'
import type { Faults } from './faults.ts'
import { type Answer, Gateway } from './gateway.ts'
import { leader } from './leader.ts'
import { LogMaker } from './maker.ts'
import { districtOf, EARLY_CLOSE_AHEAD_MS, type Order, type Plan, WITHDRAWAL_AHEAD_MS } from './plan.ts'
import { inOrder } from './roll.ts'
import { scanAll } from './scan.ts'
import type { Breach } from './secrecy.ts'
import { DELIVERY_MS, Stores } from './stores.ts'
import { chance, type Steps, type World, world } from './world.ts'

export interface Outcome {
  readonly breaches: readonly Breach[]
  readonly trace: readonly string[]
  readonly run: Run
}

const LONGEST_MS = 180_000
const tagOf = (person: number) => `key:${person}`

export function runPlan(plan: Plan, faults: Faults): Outcome {
  const sim = world(plan.seed)
  const stores = new Stores(plan.closesAtMs, faults)
  const secret = chance(plan.seed ^ 0x5ec).bytes(32)
  const newMaker = () => new LogMaker(stores, plan.k, plan.results, secret, faults)
  const roll = inOrder(
    [...Array(plan.persons).keys()].map((p) => ({ tag: tagOf(p), district: districtOf(p, plan.k) })),
  )
  for (const { tag } of roll) {
    stores.issued.set(tag, Number(tag.slice(4)))
    stores.keys.issue(tag)
  }
  const gateways: Gateway[] = []
  const newGateway = () => {
    const number = gateways.length
    gateways.push(new Gateway(`g${number}`, sim, stores, chance(plan.seed ^ (number + 1)), faults))
  }
  for (let i = 0; i < 3; i++) newGateway()
  const acknowledged: Acknowledged[] = []
  const chanceFor = (number: number) => chance(plan.seed * 1009 + number)
  const voting = (person: number, tag: string, marks: readonly number[], mark: string, number: number) =>
    sim.start(
      `voter ${mark}`,
      voter(
        { sim, gateways, acknowledged, k: plan.k, chance: chanceFor(number) },
        { person, tag, marks, mark },
      ),
    )
  const handOut = (person: number, tag: string) => {
    sim.note(`desk hands out ${tag} to ${person}`)
    voting(person, tag, [person % 2, 0, 0], `new-${person}`, 10_000 + person)
  }
  const desk = new Desk({
    ...{ world: sim, stores, chance: chance(plan.seed ^ 0xde5c), faults, roll, handOut },
    ...{ participation: plan.participation, gateways: () => gateways },
  })
  const books: Breach[] = []
  const onDecided = (maker: LogMaker) => {
    const told = maker.entries.filter((entry) => entry.includes('"nonce"')).length
    if (maker.stored !== told + maker.held())
      books.push({
        assertion: 'books-do-not-balance',
        detail: `${maker.stored} stored, ${told} told, ${maker.held()} held`,
      })
  }
  const asked: { record: () => string; effect: () => void }[] = []
  const lead = (number: number) =>
    sim.start(
      `leader ${number}`,
      leader(
        { world: sim, stores, chance: chanceFor(20_000 + number), faults, newMaker, desk, asked },
        onDecided,
      ),
    )
  lead(0)

  sim.start(
    'plan',
    (function* () {
      for (const order of plan.orders) {
        if (order.atMs > sim.nowMs()) yield order.atMs - sim.nowMs()
        sim.note(`${order.is} ${JSON.stringify(order)}`)
        switch (order.is) {
          case 'vote':
            voting(order.person, tagOf(order.person), order.marks, order.mark, order.number)
            break
          case 'replace':
            desk.replace(
              order.person,
              tagOf(order.person),
              tagOf(1000 + order.person),
              districtOf(order.person, plan.k),
            )
            break
          case 'pause':
            gateways[order.gateway]!.pause(order.ms)
            break
          case 'die':
            gateways[order.gateway]!.die()
            newGateway()
            break
          case 'lose redis':
            sim.start('rebuild', rebuild(sim, stores, faults))
            break
          case 'new leader':
            lead(1 + order.number)
            break
          case 'restart desk':
            desk.restart()
            break
          default:
            asked.push(amendment(order, sim, stores))
        }
      }
    })(),
  )
  sim.run(LONGEST_MS)
  const run: Run = { plan, stores, genesis: roll, acknowledged, desk, maker: newMaker(), secret, faults }
  return { breaches: [...books, ...audit(run)], trace: sim.trace(), run }
}

interface VoterDeps {
  readonly sim: World
  readonly gateways: readonly Gateway[]
  readonly acknowledged: Acknowledged[]
  readonly k: number
  readonly chance: ReturnType<typeof chance>
}

/** Asks until the answer is one, here and there. */
function* voter(
  { sim, gateways, acknowledged, k, chance }: VoterDeps,
  voting: { person: number; tag: string; marks: readonly number[]; mark: string },
): Steps {
  let { marks, mark } = voting
  const { person, tag } = voting
  for (let tries = 0; tries < 20; tries++) {
    const alive = gateways.filter((gateway) => gateway.isAlive)
    const gateway = alive[chance.below(alive.length)]!
    let answer: Answer | undefined
    gateway.ask({ tag, person, district: districtOf(person, k), marks, mark }, (said) => {
      answer ??= said
    })
    const untilMs = sim.nowMs() + 3000 + chance.below(6000)
    while (answer === undefined && sim.nowMs() < untilMs) yield 40
    const said = answer as Answer | undefined
    if (said !== undefined) sim.note(`${gateway.name} to ${mark} with ${tag}: ${said.is}`)
    if (said?.is === 'recorded') {
      acknowledged.push({ person, tag, mark, record: said.record })
      // Now and then one asks again, and must hear the same.
      if (chance.next() < 0.8) return
    }
    if (said?.is === 'key-already-used' || said?.is === 'unknown-key' || said?.is === 'polls-closed') return
    if (said?.is === 'option-withdrawn') {
      marks = marks.map((option, contest) => (contest === 0 ? 1 - option : option))
      mark += '*'
    }
    yield 200 + chance.below(1500)
  }
}

/**
 * Redis is empty; its keys are made again from roll and ballot log, once nothing is on its way
 * (rebuild-keys).
 */
function* rebuild(sim: World, stores: Stores, faults: Faults): Steps {
  stores.keys.lose()
  const { generation } = stores.keys
  yield 2 * DELIVERY_MS
  if (stores.keys.generation !== generation) return
  const spent = scanAll(stores, stores.ends(), faults).scan.spent()
  stores.keys.load(stores.issued.keys(), spent)
  sim.note('the keys are made again')
}

function amendment(order: Order, sim: World, stores: Stores): { record: () => string; effect: () => void } {
  const entry = (change: object) =>
    JSON.stringify({ v: 3, entry: 'amendment', election: 'model', reason: 'asked', change })
  if (order.is === 'withdraw')
    return {
      record: () => entry({ withdraw: { contest: 'even', option: order.option } }),
      effect: () =>
        stores.withdrawals.push({
          contest: 0,
          option: order.option,
          effectiveMs: sim.nowMs() + WITHDRAWAL_AHEAD_MS,
          upTo: null,
        }),
    }
  const byMs = order.is === 'extend' || order.is === 'close early' ? order.byMs : 0
  return {
    record: () => entry({ closes_at: order.is }),
    effect: () => {
      const early = Math.min(stores.closesAtMs, sim.nowMs() + EARLY_CLOSE_AHEAD_MS + byMs)
      stores.closesAtMs = order.is === 'extend' ? stores.closesAtMs + byMs : early
    },
  }
}
