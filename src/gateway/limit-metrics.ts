/** Metrics of the limits and of the answers to tokens: numbers only, no address, id or token. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { SharedCounts } from '../ports/shared-counts.ts'
import type { AccessGate } from './access.ts'
import type { Challenges } from './challenges.ts'
import type { WrongKeyLimit } from './limits.ts'
import type { SlowLane } from './slow-lane.ts'

const KINDS = ['address', 'network', 'token', 'id'] as const

interface LimitMetricsDeps {
  readonly limit: WrongKeyLimit
  readonly lane: SlowLane
  readonly access: AccessGate
  readonly shared: SharedCounts | undefined
  readonly challenges: Challenges | undefined
}

export function limitMetrics(registry: Registry, deps: LimitMetricsDeps): void {
  const { limit, lane, access, shared, challenges } = deps
  new Gauge({
    name: 'elections_wrong_keys_tracked',
    help: 'Addresses, networks, tokens and ids with wrong keys in the last minute: counted, or held (429)',
    labelNames: ['kind', 'state'],
    // Workers exchange their counts, as servers do.
    aggregator: 'max',
    registers: [registry],
    collect() {
      const state = limit.state()
      for (const kind of KINDS)
        for (const which of ['counted', 'held'] as const) this.set({ kind, state: which }, state[kind][which])
    },
  })
  type Together = 'max' | 'min' | 'sum'
  const gauge = (name: string, help: string, value: () => number, aggregator: Together = 'max'): void => {
    new Gauge({
      ...{ name, help, aggregator, registers: [registry] },
      collect() {
        this.set(value())
      },
    })
  }
  gauge(
    'elections_wrong_keys_per_minute',
    'Wrong keys in the last minute, from all addresses together',
    () => limit.state().inAll,
  )
  gauge(
    'elections_wrong_keys_strict',
    '1 while they exceed --wrong-keys-in-all, and each address has a tenth of its limit',
    () => (limit.state().strict ? 1 : 0),
  )
  gauge(
    'elections_slow_lane_waiting',
    'Ballots from addresses with too many wrong keys that wait for their turn',
    () => lane.size,
    'sum',
  )
  new Counter({
    name: 'elections_token_requests_total',
    help: 'Requests allowed or refused by their access token since the server started, by outcome',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [outcome, times] of access.answers()) this.inc({ outcome }, times)
    },
  })
  if (challenges !== undefined) challengeMetrics(registry, challenges)
  if (shared === undefined) return
  gauge(
    'elections_shared_limits_up',
    '1 while wrong keys are exchanged with the other servers',
    () => (shared.state().up ? 1 : 0),
    'min',
  )
  exchangeMetrics(registry, shared)
}

function exchangeMetrics(registry: Registry, shared: NonNullable<LimitMetricsDeps['shared']>): void {
  for (const what of ['failures', 'dropped'] as const)
    new Counter({
      name: `elections_shared_limits_${what}_total`,
      help:
        'Exchanges of wrong keys with other servers: ' +
        `${what === 'failures' ? 'those that failed' : 'names dropped for lack of room'}`,
      registers: [registry],
      collect() {
        this.reset()
        this.inc(shared.state()[what])
      },
    })
}

function challengeMetrics(registry: Registry, challenges: Challenges): void {
  new Counter({
    name: 'elections_challenges_total',
    help: 'Challenges since the server started: given, and solutions by result',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [outcome, times] of challenges.fates()) this.inc({ outcome }, times)
    },
  })
}
