/**
 * Measures the cost per vote of each tier of a cluster, with one and two gateways and with few and
 * many partitions of `votes`, and prints the table of docs/cluster.md. The tally and the results
 * run in their own processes, so that a gateway's cost is only a gateway's.
 */
import { Admin } from '@platformatic/kafka'
import { ensureTopics } from '../src/adapters/kafka/topics.ts'
import { VOTES } from '../src/core/log/topics.ts'
import { type BenchEngines, benchEngines } from './cluster-engines.ts'
import { counted } from './cluster-own.ts'
import { run } from './cluster-sides.ts'
import { type BenchElection, DEFINITION, makeElection } from './elections.ts'
import { stopOurQuery } from './peer-spark.ts'
import { type BenchServer, clusterServer } from './processes.ts'
import { KIND_NAMES, perVote, processorTime } from './processor-time.ts'
import { progress } from './progress.ts'
import { type Figure, whole } from './report.ts'
import { coresFor, errorsLeftOut, modelOf, type Point, predicted, sumOf } from './sizing-model.ts'

const GATEWAYS = [1, 2] as const
const PARTITIONS = [3, 12] as const
const WARM_PART = 3
const RATES = [10_000, 100_000, 1_000_000] as const
/** Load of a core in the table, which leaves room for a rush. */
const BUSY = 0.6
/** Partitions in the table: the default of `prepare-cluster`. */
const USUAL = { gateways: 1, partitions: 6 } as const
const MOST_ERROR = 0.2
/** Tiers of the deployment. The load generator stands for the voters. */
const TIERS = KIND_NAMES.filter((kind) => kind !== 'load generator' && kind !== 'own counter')

/** The machine must be otherwise idle. @param votes per point */
export async function benchSizing(votes: number): Promise<Figure[]> {
  progress('starting the engines')
  const engines = await benchEngines()
  const points: Point[] = []
  try {
    for (const partitions of PARTITIONS) {
      await remakeVotes(engines, partitions)
      const definition = { ...DEFINITION, id: `sizing-${partitions}`, suppress_below: 1 }
      const voters = GATEWAYS.length * Math.ceil(votes * (1 + 1 / WARM_PART)) + 10
      const election = await makeElection(voters, ['--cluster'], definition)
      try {
        let [next, cast] = [0, 0]
        for (const gateways of GATEWAYS) {
          const point = await measured(election, { gateways, partitions, votes }, next, cast)
          next += votes + Math.ceil(votes / WARM_PART)
          cast += point.taken
          await stopOurQuery(engines, definition.id)
          progress(
            `  ${gateways} gateways, ${partitions} partitions: ${sumOf(point.micros).toFixed(0)} µs a vote`,
          )
          points.push(point)
        }
      } finally {
        election.remove()
      }
    }
  } finally {
    await engines.stop()
  }
  return figuresOf(points)
}

/** Makes the topic again with another number of partitions. */
async function remakeVotes({ KAFKA_BROKERS }: BenchEngines, partitions: number): Promise<void> {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [KAFKA_BROKERS] })
  if ((await admin.listTopics()).includes(VOTES)) await admin.deleteTopics({ topics: [VOTES] })
  // Kafka deletes a topic some moments after it has acknowledged the deletion.
  while ((await admin.listTopics()).includes(VOTES));
  await admin.close()
  await ensureTopics({ brokers: [KAFKA_BROKERS] }, { partitions })
}

interface Asked {
  readonly gateways: number
  readonly partitions: number
  readonly votes: number
}

/** @param first number of the first voter who has not voted @param cast ballots of the election */
async function measured(
  election: BenchElection,
  { gateways, partitions, votes }: Asked,
  first: number,
  cast: number,
): Promise<Point & { readonly taken: number }> {
  const { dataDir } = election
  const servers: BenchServer[] = []
  const start = async (...more: string[]): Promise<BenchServer> => {
    const one = await clusterServer(dataDir, more)
    servers.push(one)
    return one
  }
  try {
    await start('--role', 'tally')
    await start('--role', 'results')
    const { url } = await start('--role', 'gateway', '--workers', String(gateways))
    const warm = Math.ceil(votes / WARM_PART)
    const warmed = (await run(url, election, first, warm)).accepted
    await counted(url, cast + warmed)
    const before = processorTime()
    const { accepted, cpuMicros } = await run(url, election, first + warm, votes)
    const taken = warmed + accepted
    await counted(url, cast + taken)
    const all = perVote(before, processorTime(), accepted, cpuMicros)
    return {
      gateways,
      partitions,
      taken,
      micros: Object.fromEntries(TIERS.map((tier) => [tier, all[tier] ?? 0])),
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

function figuresOf(points: readonly Point[]): Figure[] {
  const errors = errorsLeftOut(points)
  const model = modelOf(points)
  printTables(points, model)
  const worst = Math.max(...errors.map(Math.abs))
  return [
    ...points.map(({ gateways, partitions, micros }, i) => ({
      what: `${gateways} gateways, ${partitions} partitions, µs per vote; predicted from the others`,
      value: `${sumOf(micros).toFixed(0)}; ${percent(errors[i]!)}`,
    })),
    {
      what: 'largest error of the model',
      value: `${(worst * 100).toFixed(0)} %`,
      goal: '≤ 20 %',
      reached: worst <= MOST_ERROR,
    },
  ]
}

/** For docs/cluster.md, "Sizing". */
function printTables(points: readonly Point[], model: ReturnType<typeof modelOf>): void {
  const usual = predicted(model, USUAL.gateways, USUAL.partitions)
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const line = (cells: number) => `|${'---|'.repeat(cells)}`
  const named = points.map(({ gateways, partitions }) => `${gateways} × ${partitions}`)
  const measuredRows = TIERS.map((tier) => {
    const { base, perGateway, perPartition } = model[tier]!
    const parts = [base, perGateway, perPartition].map((part) => part.toFixed(1))
    return row([tier, ...points.map(({ micros }) => micros[tier]!.toFixed(0)), ...parts])
  })
  const head = ['µs per vote, gateways × partitions', ...named, 'base', 'per gateway', 'per partition']
  const cores = TIERS.map((tier) =>
    row([
      tier,
      usual[tier]!.toFixed(0),
      ...RATES.map((rate) => coresFor(usual, rate, BUSY)[tier]!.toFixed(1)),
      usual[tier]! > 0 ? whole((1e6 / usual[tier]!) * BUSY) : '–',
    ]),
  )
  const rates = RATES.map((rate) => `cores for ${whole(rate)}/s`)
  const tableHead = [`tier, cores ${BUSY * 100} % busy`, 'µs per vote', ...rates, 'votes/s of one core']
  console.log(
    [
      '',
      row(head),
      line(head.length),
      ...measuredRows,
      '',
      row(tableHead),
      line(tableHead.length),
      ...cores,
    ].join('\n'),
  )
}

const percent = (part: number): string => `${part >= 0 ? '+' : ''}${(part * 100).toFixed(0)} %`
