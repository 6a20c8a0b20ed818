/**
 * The checks of `elections doctor --cluster`: of the engines and of each election. They change
 * nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from '../../adapters/embedded/examine.ts'
import { electionIds } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { topicFaults } from '../../adapters/kafka/topics.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { schemaGap } from '../../adapters/postgres/migrate.ts'
import { connectRedis, type RedisConnection } from '../../adapters/redis/connection.ts'
import { examineRedis } from '../../adapters/redis/examine.ts'
import { connectToSpark } from '../../adapters/spark/connection.ts'
import { parseSparkRemote } from '../../adapters/spark/remote.ts'
import { sessionIdOf } from '../../adapters/spark/session.ts'
import type { EngineUrl, KafkaAddress } from '../../ports/engine-address.ts'
import { type ClusterAddresses, inOneLine } from '../cluster/addresses.ts'
import { clusterElectionIds } from '../cluster/cluster-election.ts'
import { bucketFindings } from '../cluster/log-files.ts'
import { examineElection } from './cluster-election.ts'
import type { Diagnosis } from './diagnosis.ts'

const SPARK_WITHIN_MS = 10_000

/**
 * Checks the engines first, and elections only if the engines that hold their data answer.
 * @throws {BadInput} if the folder has no election of a cluster; {BadAddress} if an address is
 * invalid
 */
export async function examineCluster(dataDir: string, addresses: ClusterAddresses): Promise<Diagnosis[]> {
  const ids = clusterIds(dataDir)
  const { kafka: kafkaAddress, spark, logBucket } = addresses
  await using opened = new AsyncDisposableStack()
  const database = openDatabase(addresses.database)
  opened.defer(() => database.end())
  const [postgres, kafka, redis, tally] = await Promise.all([
    examined('PostgreSQL', () => schemaFindings(database)),
    examined('Kafka', () => topicFindings(kafkaAddress)),
    examined('Redis', async () => {
      const connection = await connectRedis(addresses.redis)
      opened.defer(connection.close)
      return { findings: await durability(connection), connection }
    }),
    examined('Spark', () => sparkFindings(spark)),
  ])
  const bucket = logBucket === null ? [] : await bucketFindings(logBucket, ids[0]!)
  const engines = [...[postgres, kafka, redis, tally].flatMap(({ findings }) => findings), ...bucket]
  const connection = redis.found?.connection
  const diagnoses: Diagnosis[] = [{ election: '(engines)', findings: engines }]
  if (connection === undefined || [postgres, kafka].some(({ findings }) => findings.some(isWrong)))
    return diagnoses
  for (const id of ids)
    diagnoses.push({
      election: id,
      findings: await examineElection({ dataDir, id, database, kafka: kafkaAddress, redis: connection }),
    })
  return diagnoses
}

function clusterIds(dataDir: string): string[] {
  const ids = clusterElectionIds(dataDir)
  if (ids.length > 0) return ids
  const message =
    electionIds(dataDir).length > 0
      ? 'has no election of a cluster'
      : 'has no election: check that it is a data folder'
  throw new BadInput(dataDir, [{ message }])
}

const isWrong = ({ wrong }: Finding): boolean => wrong !== undefined

interface Examined<Found> {
  readonly findings: readonly Finding[]
  readonly found?: Found
}

async function examined<Found extends { readonly findings: readonly Finding[] }>(
  engine: string,
  look: () => Promise<Found>,
): Promise<Examined<Found>> {
  try {
    const found = await look()
    return { findings: [{ check: `${engine} answers` }, ...found.findings], found }
  } catch (error) {
    const remedy =
      'start it, or correct its address ("npm run cluster -- --status" shows those of this machine)'
    return { findings: [{ check: `${engine} answers`, wrong: inOneLine(error), remedy }] }
  }
}

async function schemaFindings(database: Database): Promise<{ readonly findings: readonly Finding[] }> {
  const { missing, unknown } = await schemaGap(database)
  const check = 'PostgreSQL: tables of this version'
  if (missing.length > 0)
    return one({ check, wrong: `missing: ${missing.join(', ')}`, remedy: 'run "elections prepare-cluster"' })
  if (unknown.length > 0)
    return one({
      check,
      wrong: `from a newer version of this program: ${unknown.join(', ')}`,
      remedy: 'use that version here',
    })
  return one({ check })
}

async function topicFindings(address: KafkaAddress): Promise<{ readonly findings: readonly Finding[] }> {
  const wrong = await topicFaults(address)
  const check = 'Kafka: topics keep every ballot'
  if (wrong.length === 0) return one({ check })
  const remedy =
    'create missing topics with "elections prepare-cluster"; correct the settings of others ' +
    'with kafka-configs'
  return one({ check, wrong: wrong.join('; '), remedy })
}

async function durability(redis: RedisConnection): Promise<readonly Finding[]> {
  const { wrong, remarks } = await examineRedis(redis)
  const check = 'Redis: a used key stays used after a restart'
  if (wrong.length > 0)
    return [{ check, wrong: wrong.join('; '), remedy: 'set it with CONFIG SET, and in redis.conf' }]
  return [{ check: remarks.length === 0 ? check : `${check} (${remarks.join('; ')})` }]
}

async function sparkFindings({ url, tls }: EngineUrl): Promise<{ readonly findings: readonly Finding[] }> {
  const spark = connectToSpark(parseSparkRemote(url), tls)
  try {
    // One session id for every doctor: Spark keeps each session that was ever opened.
    const asked = spark.analyze(sessionIdOf('', 0), { sparkVersion: {} })
    const late = sleep(SPARK_WITHIN_MS, undefined, { ref: false }).then(() => {
      throw new Error(`no answer within ${SPARK_WITHIN_MS / 1000} s`)
    })
    const { sparkVersion } = await Promise.race([asked, late])
    const version = sparkVersion?.version ?? 'unknown'
    const check = 'Spark: 4.2 or newer'
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major > 4 || (major === 4 && minor >= 2)) return one({ check })
    return one({ check, wrong: `its version is ${version}`, remedy: 'use Spark 4.2 or newer' })
  } finally {
    spark.close()
  }
}

const one = (finding: Finding) => ({ findings: [finding] })
