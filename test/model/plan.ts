/**
 * What happens in one run, in a list: made from the seed, so that a list with fewer things in it
 * can be run as well.
 */
import { DISTRICTS, NAMED, someMarks } from './election.ts'
import { chance } from './world.ts'

export type Order = { readonly atMs: number; readonly number: number } & (
  | { readonly is: 'vote'; readonly person: number; readonly marks: readonly number[]; readonly mark: string }
  | { readonly is: 'replace'; readonly person: number }
  | { readonly is: 'pause'; readonly gateway: number; readonly ms: number }
  | { readonly is: 'die'; readonly gateway: number }
  | { readonly is: 'lose redis' | 'new leader' | 'restart desk' }
  | { readonly is: 'withdraw'; readonly option: number }
  | { readonly is: 'extend' | 'close early'; readonly byMs: number }
)

export interface Plan {
  readonly seed: number
  readonly k: number
  readonly persons: number
  readonly results: 'live' | 'after-close'
  readonly participation: 'open' | 'secret'
  readonly closesAtMs: number
  readonly orders: readonly Order[]
}

/** A withdrawal is announced so long ahead. */
export const WITHDRAWAL_AHEAD_MS = 10_000
/** An early close, an hour in the protocol: what matters is that it lies ahead. */
export const EARLY_CLOSE_AHEAD_MS = 12_000

type Planned<O> = O extends unknown ? Omit<O, 'number'> : never

/**
 * @param only 2: nothing that needs version 3 of the protocol, so that the log is one that `verify`
 *   reads
 */
export function planOf(seed: number, only?: 2): Plan {
  const from = chance(seed)
  const { next, below, shuffled } = from
  const persons = 16 + below(20)
  const closesAtMs = 35_000 + below(15_000)
  const orders: Planned<Order>[] = []
  const at = (share = 1) => below(Math.floor(closesAtMs * share))
  const sometimes = (odds: number, make: () => Planned<Order>) => {
    if (next() < odds) orders.push(make())
  }
  for (let person = 0; person < persons; person++) {
    sometimes(0.9, () => ({
      is: 'vote',
      atMs: at(1.02),
      person,
      mark: `first-${person}`,
      marks: someMarks(from),
    }))
    // Some try twice, from elsewhere or with a key they had lost.
    sometimes(0.25, () => ({
      is: 'vote',
      atMs: at(),
      person,
      mark: `again-${person}`,
      marks: someMarks(from),
    }))
  }
  const replaced = shuffled([...Array(persons).keys()]).slice(0, below(5))
  for (const person of replaced) orders.push({ is: 'replace', atMs: at(0.9), person })
  for (let i = below(3); i > 0; i--)
    orders.push({ is: 'pause', atMs: at(), gateway: below(3), ms: 1000 + below(9000) })
  sometimes(0.3, () => ({ is: 'die', atMs: at(), gateway: below(3) }))
  sometimes(0.4, () => ({ is: 'lose redis', atMs: at() }))
  for (let i = below(3); i > 0; i--) orders.push({ is: 'new leader', atMs: at(1.2) })
  sometimes(0.3, () => ({ is: 'restart desk', atMs: at() }))
  sometimes(0.6, () => ({ is: 'withdraw', atMs: at(0.6), option: below(2) }))
  sometimes(0.2, () => ({ is: 'extend', atMs: at(0.9), byMs: 3000 + below(5000) }))
  sometimes(0.2, () => ({ is: 'close early', atMs: at(0.5), byMs: below(5000) }))
  return {
    ...{ seed, k: 2 + below(2), persons, closesAtMs },
    results: next() < 0.75 ? 'live' : 'after-close',
    participation: next() < 0.5 ? 'open' : 'secret',
    orders: orders
      .filter(({ is }) => only === undefined || !['replace', 'withdraw', 'close early'].includes(is))
      .sort((a, b) => a.atMs - b.atMs)
      .map((order, number) => ({ ...order, number }) as Order),
  }
}

/**
 * The first persons live in the districts that are too small to be named, as many as these may have
 * keys.
 */
export const districtOf = (person: number, k: number): number =>
  person < (DISTRICTS.length - NAMED) * (k - 1)
    ? NAMED + (person % (DISTRICTS.length - NAMED))
    : person % NAMED

export function describe({ atMs, ...order }: Order): string {
  const { is, number, ...what } = order
  return `${(atMs / 1000).toFixed(3).padStart(7)} s  ${is} ${JSON.stringify(what)} (order ${number})`
}

/**
 * The plan with as few orders as still fail: drops halves, then smaller parts, as long as the
 * failure stays.
 * @param fails whether a plan still breaks what the first one broke
 */
export function shortest(plan: Plan, fails: (plan: Plan) => boolean): Plan {
  let { orders } = plan
  for (let part = Math.ceil(orders.length / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let from = 0; from < orders.length; ) {
      const fewer = [...orders.slice(0, from), ...orders.slice(from + part)]
      if (fails({ ...plan, orders: fewer })) orders = fewer
      else from += part
    }
  }
  return { ...plan, orders }
}
