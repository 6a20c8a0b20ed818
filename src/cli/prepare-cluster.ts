/** `elections prepare-cluster`: the Kafka topics and the PostgreSQL schema that an election on a cluster stands on. */
import { Command } from 'commander'
import { ensureTopics } from '../adapters/kafka/topics.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { atLeastOne } from './options.ts'

interface PrepareOptions {
  readonly kafka?: string
  readonly database?: string
  readonly partitions?: number
  readonly json?: boolean
}

/** Kafka's own limit is far above; more than this on one topic is a slip. */
const MOST_PARTITIONS = 1_000

/** What the one who typed it can mend; the message is one line and holds no password. */
class CannotPrepare extends Error {
  readonly code = 'BAD_INPUT'
}

export function prepareClusterCommand(): Command {
  return new Command('prepare-cluster')
    .summary('make the Kafka topics and the PostgreSQL schema of a cluster')
    .description(
      'Makes the topics and the tables that are missing, and checks the topics that are there. Safe to repeat: run it\n' +
        'before the first start and after every upgrade.',
    )
    .option('--kafka <brokers>', 'host:port, several with commas (default: KAFKA_BROKERS)')
    .option('--database <url>', 'postgres://user:password@host:port/name (default: DATABASE_URL)')
    .option(
      '--partitions <n>',
      'of the ballot log, when it is made; they are never changed afterwards (default: 12)',
      (text) => atLeastOne(text, MOST_PARTITIONS),
    )
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 all is there, 2 an address is missing or does not answer, or a topic has settings that would lose ballots.

Examples:
  $ elections prepare-cluster                        addresses from KAFKA_BROKERS and DATABASE_URL
  $ elections prepare-cluster --kafka k1:9092,k2:9092,k3:9092 --database postgres://elections:…@db/elections`,
    )
    .action(prepare)
}

async function prepare(options: PrepareOptions): Promise<void> {
  const brokers = given(options.kafka, 'KAFKA_BROKERS', '--kafka')
    .split(',')
    .map((broker) => broker.trim())
  const database = given(options.database, 'DATABASE_URL', '--database')
  const wrongBroker = brokers.find((broker) => !/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(broker))
  if (wrongBroker !== undefined) throw new CannotPrepare(`--kafka: "${wrongBroker}" is not host:port`)
  const place = databasePlace(database)
  const topics = await reached(`Kafka at ${brokers.join(', ')}`, () =>
    ensureTopics(brokers, options.partitions === undefined ? {} : { partitions: options.partitions }),
  )
  const migrations = await reached(`PostgreSQL at ${place}`, () => migrate(database))
  if (options.json) console.log(JSON.stringify({ topics, migrations }))
  else {
    console.log(`Kafka: ${topics.length === 0 ? 'all topics are there' : `made ${topics.join(', ')}`}`)
    console.log(`PostgreSQL: ${migrations.length === 0 ? 'up to date' : `applied ${migrations.join(', ')}`}`)
  }
}

function given(option: string | undefined, variable: string, flag: string): string {
  const value = option ?? process.env[variable]
  if (value === undefined || value.trim() === '')
    throw new CannotPrepare(`no address: give ${flag} or ${variable}`)
  return value
}

/** Where it is, without user and password. */
function databasePlace(url: string): string {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new CannotPrepare('--database: not of the form postgres://user:password@host:port/name')
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

async function reached<Result>(where: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'BAD_INPUT') throw error
    throw new CannotPrepare(`${where}: ${rootOf(error)}`, { cause: error })
  }
}

/** The message furthest down: clients wrap what the network said in what they were doing. */
function rootOf(error: unknown): string {
  let root = error
  for (;;) {
    const { cause, errors } = root as { cause?: unknown; errors?: readonly unknown[] }
    const below = errors?.[0] ?? cause
    if (!(below instanceof Error)) return (root as Error).message
    root = below
  }
}
