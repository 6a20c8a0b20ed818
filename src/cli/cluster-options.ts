/**
 * The options that make a command work on a cluster: the addresses of its engines. They are checked
 * before any connection is opened.
 */
import { type Command, Option } from 'commander'
import { unsafeMode } from '../adapters/postgres/ssl-mode.ts'
import { parseS3Place } from '../adapters/s3/place.ts'
import { parseSparkRemote } from '../adapters/spark/remote.ts'
import { BadAddress, type ClusterAddresses, type LogBucket } from '../organise/cluster/addresses.ts'
import { checkedBy } from './config/checks.ts'
import { secret } from './config/secrets.ts'
import { engineTls, type KafkaWayOptions, kafkaWay, onKafkaWay, overEngineTls } from './engine-options.ts'

export interface ClusterOptions extends KafkaWayOptions {
  readonly cluster?: boolean
  readonly redis?: string
  readonly kafka?: string
  readonly database?: string
  readonly spark?: string
  readonly checkpoints?: string
  readonly logStore?: string
  readonly logStoreKey?: string
}

const kafkaOption = () =>
  new Option('--kafka <brokers>', 'host:port of Kafka’s brokers, separated by commas').env('KAFKA_BROKERS')
const databaseOption = () =>
  secret(
    new Option(
      '--database <url>',
      'postgres://host:port/name, ?sslmode=verify-full for TLS; give user and password only in DATABASE_URL',
    ).env('DATABASE_URL'),
    'address',
  )

/** Adds the options of PostgreSQL alone. */
export const onDatabase = (command: Command): Command => overEngineTls(command.addOption(databaseOption()))

/** Adds the options of PostgreSQL and Kafka. */
export const onKafkaAndDatabase = (command: Command): Command =>
  onKafkaWay(onDatabase(command.addOption(kafkaOption())))

/** Adds the options that make a command work on a cluster. */
export function onCluster(command: Command): Command {
  checkedBy(command, refuseWrongAddresses)
    .option(
      '--cluster',
      'work on a cluster (Redis, Kafka, Spark, PostgreSQL) instead of the data folder alone',
    )
    .addOption(
      secret(
        new Option(
          '--redis <url>',
          'redis://host:port, rediss:// for TLS; give user and password only in REDIS_URL',
        ).env('REDIS_URL'),
        'address',
      ),
    )
    .addOption(kafkaOption())
    .addOption(databaseOption())
    .addOption(
      secret(
        new Option('--spark <url>', 'sc://host:port; give a token only in SPARK_REMOTE').env('SPARK_REMOTE'),
        'address',
      ),
    )
    .addOption(
      new Option(
        '--checkpoints <folder>',
        'the folder of Spark’s checkpoints, as Spark’s machines name it',
      ).env('SPARK_CHECKPOINTS'),
    )
    .option(
      '--log-store <url>',
      'a bucket for the public logs: s3://bucket/prefix?region=…&endpoint=… (default: the data ' +
        'folder of the server that publishes)',
    )
    .addOption(
      secret(
        new Option(
          '--log-store-key <id:secret>',
          'the key of that bucket, given in ELECTIONS_LOG_STORE_KEY (default: found as AWS’s own ' +
            'tools find one, roles included)',
        ),
        'whole',
      ),
    )
  return onKafkaWay(overEngineTls(command))
}

/** Checks the addresses that were given. @throws {BadAddress} if one is invalid */
function refuseWrongAddresses(options: ClusterOptions): void {
  const addresses = clusterAddresses(options)
  void addresses.logBucket
  for (const name of ['redis', 'kafka', 'database', 'spark'] as const)
    if (options[name] !== undefined) void addresses[name]
  engineTls(options)
  kafkaWay(options)
}

/** Returns the addresses of the cluster, or null if the command works on the data folder alone. */
export function wantedCluster(options: ClusterOptions): ClusterAddresses | null {
  return options.cluster ? clusterAddresses(options) : null
}

/**
 * Each address is read on first use, so that a command needs no address that it does not use.
 * @throws {BadAddress} from a getter if its address is missing or invalid
 */
export function clusterAddresses(options: ClusterOptions): ClusterAddresses {
  return {
    get redis() {
      const text = url(given(options.redis, '--redis', 'REDIS_URL'), '--redis', /^rediss?:$/)
      return { url: text, tls: engineTls(options) }
    },
    get kafka() {
      return { brokers: brokers(given(options.kafka, '--kafka', 'KAFKA_BROKERS')), ...kafkaWay(options) }
    },
    get database() {
      const text = url(
        given(options.database, '--database', 'DATABASE_URL'),
        '--database',
        /^postgres(ql)?:$/,
      )
      const unsafe = unsafeMode(text)
      if (unsafe !== undefined) throw new BadAddress(`--database: ${unsafe}`)
      return { url: text, tls: engineTls(options) }
    },
    get spark() {
      const remote = given(options.spark, '--spark', 'SPARK_REMOTE')
      try {
        parseSparkRemote(remote)
      } catch (cause) {
        throw new BadAddress((cause as Error).message, { cause })
      }
      return { url: remote, tls: engineTls(options) }
    },
    get checkpoints() {
      return given(options.checkpoints, '--checkpoints', 'SPARK_CHECKPOINTS')
    },
    get logBucket() {
      return logBucket(options)
    },
  }
}

/** @throws {BadAddress} whose message never contains the key */
function logBucket({ logStore, logStoreKey }: ClusterOptions): LogBucket | null {
  if (logStore === undefined) {
    if (logStoreKey !== undefined) throw new BadAddress('--log-store-key: needs --log-store too')
    return null
  }
  const place = parseS3Place(logStore, process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION)
  if (typeof place === 'string') throw new BadAddress(`--log-store: ${place}`)
  if (logStoreKey === undefined) return { place, credentials: null }
  const [, accessKeyId, secretAccessKey] = /^([\w-]{3,128}):(\S{8,256})$/.exec(logStoreKey) ?? []
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new BadAddress('--log-store-key: must have the form ID:SECRET')
  return { place, credentials: { accessKeyId, secretAccessKey } }
}

function given(value: string | undefined, flag: string, variable: string): string {
  if (value === undefined || value.trim() === '')
    throw new BadAddress(
      `an address is missing: give ${flag} or ${variable} ("npm run cluster -- --env" prints them)`,
    )
  return value.trim()
}

function url(text: string, flag: string, protocol: RegExp): string {
  const parsed = URL.parse(text)
  if (parsed === null || !protocol.test(parsed.protocol) || parsed.host === '')
    throw new BadAddress(`${flag}: is not a valid address of this kind, see --help`)
  return text
}

function brokers(text: string): readonly string[] {
  const list = text.split(',').map((broker) => broker.trim())
  const wrong = list.find((broker) => !/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(broker))
  if (wrong !== undefined) throw new BadAddress(`--kafka: "${wrong}" is not host:port`)
  return list
}
