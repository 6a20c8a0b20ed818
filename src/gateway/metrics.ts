/**
 * Prometheus metrics: counts per outcome, how long ballots take, and what the process costs. No
 * key, choice or address in any of them. Names, units and types are Prometheus' conventions;
 * docs/operations.md, "Metrics", has them all.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { PublicLogState, WitnessState } from '../core/status/public-log-state.ts'
import type { CastAnswer } from '../pipeline/cast.ts'
import { Durations } from '../pipeline/timing.ts'
import { durationMetric } from './duration-metric.ts'
import { kept, MOMENT_MS } from './kept.ts'
import { pipelineMetrics } from './pipeline-metrics.ts'
import type { DocumentName } from './result-thread.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { type FellowWorkers, figuresAsText } from './worker-figures.ts'

export interface GatewayMetrics {
  readonly countAnswers: (served: ServedElection, answers: readonly CastAnswer[]) => void
  /** Answers to ballots that came one by one, and milliseconds from their arrival. */
  readonly countBatch: (served: ServedElection, answers: readonly CastAnswer[], tookMs: number) => void
  readonly countRefusal: (served: ServedElection, code: RefusalCode) => void
  readonly countDocument: (served: ServedElection, name: DocumentName) => void
  /**
   * Of all workers where there are several. Kept for a second: collecting takes this thread a
   * millisecond.
   */
  readonly text: () => Promise<string>
  readonly contentType: string
}

export function gatewayMetrics(
  elections: ServedElections,
  viewers: () => number,
  more: (registry: Registry) => void,
  fellows?: FellowWorkers,
): GatewayMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  // Gauges by a counter's name, and no more than the sums of those by type.
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${what}_total`)
  const answered = new Counter({
    name: 'elections_ballots_answered_total',
    help: 'Ballots answered since the server started, by outcome: recorded (repeated receipts too) or a refusal',
    labelNames: ['election', 'outcome'],
    registers: [registry],
  })
  const made = new Counter({
    name: 'elections_result_documents_made_total',
    help: 'Result documents made since the server started; each is sent to many',
    labelNames: ['election', 'document'],
    registers: [registry],
  })
  countGauges(elections, registry)
  const answerTimes = durationMetrics(registry, elections)
  logGauges(elections, registry)
  new Gauge({
    name: 'elections_viewers',
    help: 'Open result streams',
    registers: [registry],
    collect() {
      this.set(viewers())
    },
  })
  pipelineMetrics(registry, elections)
  more(registry)
  fellows?.onAsked(() => registry.getMetricsAsJSON())
  const countAnswers: GatewayMetrics['countAnswers'] = (served, answers) => {
    const outcomes = new Map<string, number>()
    for (const answer of answers) {
      const outcome = typeof answer === 'string' ? answer : 'recorded'
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    for (const [outcome, times] of outcomes) answered.inc({ election: served.election.id, outcome }, times)
  }
  return {
    countAnswers,
    countBatch: (served, answers, tookMs) => {
      countAnswers(served, answers)
      answerTimes.of(served).add(tookMs, answers.length)
    },
    countRefusal: (served, code) => answered.inc({ election: served.election.id, outcome: code }),
    countDocument: (served, document) => made.inc({ election: served.election.id, document }),
    text: kept(MOMENT_MS, async () =>
      fellows === undefined ? registry.metrics() : figuresAsText(await fellows.all()),
    ),
    contentType: registry.contentType,
  }
}

/** @returns where the times of answers are counted; those of commits come with the election */
function durationMetrics(registry: Registry, elections: ServedElections) {
  // Not by who is served now: the last answers of an election that goes come after it has gone.
  const kept = new WeakMap<ServedElection, Durations>()
  const of = (served: ServedElection): Durations => {
    const answers = kept.get(served) ?? new Durations()
    kept.set(served, answers)
    return answers
  }
  durationMetric(
    registry,
    'elections_ballot_answer_seconds',
    'From the arrival of a ballot that came by itself to its answer',
    () => [...elections.byId].map(([id, served]) => [id, of(served)] as const),
  )
  durationMetric(
    registry,
    'elections_commit_seconds',
    'Until a batch of ballots is durable and has its receipts',
    () => [...elections.byId].map(([id, { commits }]) => [id, commits] as const),
  )
  return { of }
}

/** Of each election's count. */
function countGauges(elections: ServedElections, registry: Registry): void {
  new Gauge({
    name: 'elections_ballots_cast',
    help: 'Ballots in the log',
    labelNames: ['election'],
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.reset()
      for (const [id, served] of elections.byId) this.set({ election: id }, served.tally.cast())
    },
  })
  new Gauge({
    name: 'elections_invariant_holds',
    help: '1 while keys used = ballots stored = tally, 0 is an alarm',
    labelNames: ['election'],
    aggregator: 'min',
    registers: [registry],
    collect() {
      this.reset()
      for (const [id, served] of elections.byId)
        this.set({ election: id }, served.tally.invariant().holds ? 1 : 0)
    },
  })
}

/** Of each public log whose state is known. */
function logGauges(elections: ServedElections, registry: Registry): void {
  const gauge = (name: string, help: string, valueIn: (state: PublicLogState) => number): void => {
    new Gauge({
      name: `elections_log_${name}`,
      help,
      labelNames: ['election'],
      aggregator: 'max',
      registers: [registry],
      collect() {
        this.reset()
        for (const [id, { publicLog }] of elections.byId) {
          const state = publicLog.state()
          if (state !== null) this.set({ election: id }, valueIn(state))
        }
      },
    })
  }
  gauge('leaves', 'Leaves under the published checkpoint', ({ size }) => size)
  gauge('behind_ballots', 'Ballots recorded that are not in the public log yet', ({ behind }) => behind)
  gauge('closed', '1 once the close is in the public log', ({ closed }) => (closed ? 1 : 0))
  gauge(
    'published_timestamp_seconds',
    'When the newest checkpoint was published, Unix seconds; 0 before the first',
    (state) => (state.published_at === null ? 0 : Date.parse(state.published_at) / 1000),
  )
  gauge(
    'witnessed_leaves',
    'Leaves under the newest checkpoint with cosignatures enough',
    ({ witnessed }) => witnessed ?? 0,
  )
  new Counter({
    name: 'elections_log_failures_total',
    help: 'Times publishing failed since the server started; it is tried again',
    labelNames: ['election'],
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.reset()
      for (const [id, { publicLog }] of elections.byId)
        this.inc({ election: id }, publicLog.state()?.failures ?? 0)
    },
  })
  witnessGauges(elections, registry)
}

function witnessGauges(elections: ServedElections, registry: Registry): void {
  const gauge = (name: string, help: string, valueIn: (state: WitnessState) => number): void => {
    new Gauge({
      name: `elections_log_witness_${name}`,
      help,
      labelNames: ['election', 'witness'],
      aggregator: 'max',
      registers: [registry],
      collect() {
        this.reset()
        for (const [id, { publicLog }] of elections.byId)
          for (const witness of publicLog.state()?.witnesses ?? [])
            this.set({ election: id, witness: witness.name }, valueIn(witness))
      },
    })
  }
  gauge('leaves', 'Leaves under the newest checkpoint that the witness has cosigned', ({ size }) => size ?? 0)
  gauge('behind_leaves', 'Leaves published since', ({ behind }) => behind)
  gauge('failing', '1 while its last answer was no cosignature', ({ problem }) => (problem === null ? 0 : 1))
}
