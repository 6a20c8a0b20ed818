/** Prometheus metrics of a cluster's engines, as the pipeline's snapshot tells of them. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { PipelineSnapshot } from '../core/status/pipeline-snapshot.ts'
import type { ServedElections } from './served-election.ts'

interface Figure<Told> {
  readonly name: string
  readonly help: string
  /**
   * Of several processes at one port: the least that one has; left out, the most, for all are told
   * the same.
   */
  readonly aggregator?: 'min'
  /** null where nobody has told. */
  readonly of: (told: Told) => number | null
}

const OF_TALLY: readonly Figure<Pick<PipelineSnapshot, 'tally'>>[] = [
  {
    name: 'elections_tally_counting',
    help: '1 while Spark counts, 0 while it is starting, failing or stopped',
    of: ({ tally }) => tally && Number(/counting$/.test(tally.state.state)),
  },
  {
    name: 'elections_tally_rows_per_second',
    help: 'Records per second that the last batch got through',
    of: ({ tally }) => tally?.state.processed_rows_per_second ?? null,
  },
  {
    name: 'elections_tally_batch_seconds',
    help: 'How long the last batch took',
    of: ({ tally }) => (tally?.state.batch_ms == null ? null : tally.state.batch_ms / 1000),
  },
  {
    name: 'elections_tally_behind_records',
    help: 'Records in the ballot log that are not counted yet',
    of: ({ tally }) => tally?.state.records_behind ?? null,
  },
  {
    name: 'elections_tally_state_bytes',
    help: 'What Spark keeps: an entry per ballot and one per number it counts',
    of: ({ tally }) => tally?.state.state_bytes ?? null,
  },
  {
    name: 'elections_tally_restarts_total',
    help: 'Times the count was started again since the tally process began',
    of: ({ tally }) => tally?.state.restarts ?? null,
  },
  {
    name: 'elections_tally_recounts_total',
    help: 'Times the count began again at the first record since the tally process began',
    of: ({ tally }) => tally?.state.recounts ?? null,
  },
]

const FIGURES: readonly Figure<PipelineSnapshot>[] = [
  ...OF_TALLY,
  {
    name: 'elections_projector_messages_total',
    help: 'Messages of aggregated_votes stored since the results process began',
    of: ({ projector }) => projector?.state.stored ?? null,
  },
  {
    name: 'elections_set_aside_records',
    help: 'Records of the ballot log that are no ballots',
    of: ({ log_watch }) =>
      log_watch && Object.values(log_watch.state.set_aside).reduce((sum, records) => sum + records, 0),
  },
  {
    name: 'elections_ballot_log_up',
    help: '1 while this gateway can append ballots to Kafka',
    aggregator: 'min',
    of: ({ ballot_box }) => Number(ballot_box.log_up),
  },
  {
    name: 'elections_keys_loaded',
    help: '1 while Redis holds the voter keys',
    aggregator: 'min',
    of: ({ ballot_box }) => Number(ballot_box.keys_loaded),
  },
  {
    name: 'elections_ballots_reserved',
    help: 'Ballots on their way into the log',
    of: ({ ballot_box }) => ballot_box.reserved,
  },
]

/** Registers nothing where no election is on a cluster. */
export function pipelineMetrics(registry: Registry, elections: ServedElections): void {
  const served = [...elections.byId].flatMap(([election, { pipeline }]) =>
    pipeline === null ? [] : [{ election, pipeline }],
  )
  if (served.length === 0) return
  register(registry, FIGURES, () => served.map(({ election, pipeline }) => [election, pipeline()]))
}

/** Those of the tally engine alone. @param counting of each election, by its id */
export function tallyMetrics(
  registry: Registry,
  counting: () => Iterable<readonly [string, Pick<PipelineSnapshot, 'tally'>]>,
): void {
  register(registry, OF_TALLY, counting)
}

/** @param now what is told of each election at that moment, by its id */
function register<Told>(
  registry: Registry,
  figures: readonly Figure<Told>[],
  now: () => Iterable<readonly [string, Told]>,
): void {
  for (const { name, help, of, aggregator = 'max' as const } of figures) {
    const told = () =>
      [...now()].flatMap(([election, state]) => {
        const value = of(state)
        return value === null ? [] : [{ election, value }]
      })
    const as = { name, help, aggregator, labelNames: ['election'] as const, registers: [registry] }
    if (name.endsWith('_total'))
      new Counter({
        ...as,
        collect() {
          this.reset()
          for (const { election, value } of told()) this.inc({ election }, value)
        },
      })
    else
      new Gauge({
        ...as,
        collect() {
          this.reset()
          for (const { election, value } of told()) this.set({ election }, value)
        },
      })
  }
}
