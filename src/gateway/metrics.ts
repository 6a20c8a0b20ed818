/** Prometheus metrics: counts per outcome and what the process costs. No key, choice or address in any of them. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { CastAnswer } from '../pipeline/cast.ts'
import type { ServedElection, ServedElections } from './served-election.ts'

export interface GatewayMetrics {
  readonly countAnswers: (served: ServedElection, answers: readonly CastAnswer[]) => void
  readonly countRefusal: (served: ServedElection, code: RefusalCode) => void
  readonly text: () => Promise<string>
  readonly contentType: string
}

export function gatewayMetrics(elections: ServedElections, viewers: () => number): GatewayMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'elections_' })
  const answered = new Counter({
    name: 'elections_ballots_answered_total',
    help: 'Ballots answered since the server started, by outcome: recorded (repeated receipts too) or a refusal',
    labelNames: ['election', 'outcome'],
    registers: [registry],
  })
  new Gauge({
    name: 'elections_ballots_cast',
    help: 'Ballots in the log',
    labelNames: ['election'],
    registers: [registry],
    collect() {
      for (const [id, served] of elections.byId) this.set({ election: id }, served.tally.cast())
    },
  })
  new Gauge({
    name: 'elections_invariant_holds',
    help: '1 while keys used = ballots stored = tally, 0 is an alarm',
    labelNames: ['election'],
    registers: [registry],
    collect() {
      for (const [id, served] of elections.byId)
        this.set({ election: id }, served.tally.invariant().holds ? 1 : 0)
    },
  })
  new Gauge({
    name: 'elections_viewers',
    help: 'Open result streams',
    registers: [registry],
    collect() {
      this.set(viewers())
    },
  })
  return {
    countAnswers: (served, answers) => {
      const outcomes = new Map<string, number>()
      for (const answer of answers) {
        const outcome = typeof answer === 'string' ? answer : 'recorded'
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
      for (const [outcome, times] of outcomes) answered.inc({ election: served.election.id, outcome }, times)
    },
    countRefusal: (served, code) => answered.inc({ election: served.election.id, outcome: code }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
