/**
 * `elections prepare-cluster`: creates the Kafka topics and the PostgreSQL schema that elections on
 * a cluster need.
 */
import { Command } from 'commander'
import { DEFAULT_PARTITIONS, VOTES } from '../core/log/topics.ts'
import { kafkaAt, postgresAt, reached } from '../organise/cluster/addresses.ts'
import { type ClusterOptions, clusterAddresses, onKafkaAndDatabase } from './cluster-options.ts'
import { atLeastOne } from './options.ts'

interface PrepareOptions extends ClusterOptions {
  readonly partitions?: number
  readonly json?: boolean
}

/** Kafka's own limit is far higher; a larger number is most likely a typing mistake. */
const MOST_PARTITIONS = 1_000

export function prepareClusterCommand(): Command {
  const command = new Command('prepare-cluster')
    .summary('create the Kafka topics and the PostgreSQL schema of a cluster')
    .description(
      'Creates the topics and tables that are missing, and checks the topics that exist. It is ' +
        'safe to repeat: run it\n' +
        'before the first start and after every upgrade.',
    )
    .option(
      '--partitions <n>',
      'the partitions of a new ballot log, two for each core of Spark; the number never changes afterwards ' +
        `(default: ${DEFAULT_PARTITIONS})`,
      (text) => atLeastOne(text, MOST_PARTITIONS),
    )
    .option('--json', 'print one line of JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 everything exists, 2 an address is missing or does not answer, or a topic’s settings
would lose ballots.

Examples:
  $ elections prepare-cluster                        addresses from KAFKA_BROKERS and DATABASE_URL
  $ elections prepare-cluster --kafka k1:9092,k2:9092,k3:9092 --database postgres://db/elections`,
    )
    .action(prepare)
  return onKafkaAndDatabase(command)
}

async function prepare(options: PrepareOptions): Promise<void> {
  const addresses = clusterAddresses(options)
  const { kafka, database } = addresses
  const { ensureTopics } = await import('../adapters/kafka/topics.ts')
  const { migrate } = await import('../adapters/postgres/migrate.ts')
  const topics = await reached(kafkaAt(addresses), () =>
    ensureTopics(kafka, options.partitions === undefined ? {} : { partitions: options.partitions }),
  )
  const migrations = await reached(postgresAt(addresses), () => migrate(database))
  if (options.json) console.log(JSON.stringify({ topics, migrations }))
  else {
    console.log(`Kafka: ${topics.length === 0 ? 'all topics exist' : `created ${topics.join(', ')}`}`)
    if (topics.includes(VOTES)) {
      const partitions = options.partitions ?? DEFAULT_PARTITIONS
      console.log(
        `  ${VOTES} has ${partitions} partitions, enough for ${Math.ceil(partitions / 2)} cores of ` +
          'Spark. This number cannot change later: for more cores, delete the topic before the first ' +
          'election is made, and give --partitions',
      )
    }
    console.log(`PostgreSQL: ${migrations.length === 0 ? 'up to date' : `applied ${migrations.join(', ')}`}`)
  }
}
