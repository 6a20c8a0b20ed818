/**
 * The keys of an election on a cluster, made again in Redis from the roll in PostgreSQL and the
 * ballots in Kafka.
 */
import { electionDir } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { kafkaAppend } from '../../adapters/kafka/ballot-append.ts'
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { systemTimer } from '../../adapters/node/timer.ts'
import { openDatabase } from '../../adapters/postgres/database.ts'
import { readRoll } from '../../adapters/postgres/elections.ts'
import { postgresJournal } from '../../adapters/postgres/log-journal.ts'
import { pollsRecord } from '../../adapters/postgres/polls-record.ts'
import { connectRedis, RedisInDoubt, RedisUnavailable } from '../../adapters/redis/connection.ts'
import { redisKeyLoading } from '../../adapters/redis/key-loading.ts'
import { redisKeyStatus } from '../../adapters/redis/key-status.ts'
import { IncompleteRoll, type Rebuilt, rebuildKeys } from '../../pipeline/votes/rebuild-keys.ts'
import {
  type ClusterAddresses,
  EngineLost,
  inOneLine,
  kafkaAt,
  postgresAt,
  reached,
  redisAt,
} from './addresses.ts'
import { readClusterElection } from './cluster-election.ts'
import { endOf } from './cluster-log.ts'

export interface KeysToRebuild {
  /** It has the election secret. */
  readonly dataDir: string
  readonly id: string
  /** Told as keys are loaded and ballots read, of the keys issued. */
  readonly onProgress: (keys: number, ballots: number, issued: number) => void
}

/**
 * Safe to repeat, also after it was cut off; gateways refuse votes with 503 meanwhile.
 * @throws {BadInput} where the roll is not whole; {EngineTrouble} where an engine does not answer
 */
export async function rebuildClusterKeys(
  { dataDir, id, onProgress }: KeysToRebuild,
  addresses: ClusterAddresses,
): Promise<Rebuilt> {
  const database = openDatabase(addresses.database)
  const append = kafkaAppend(addresses.kafka)
  const reader = kafkaVotesReader(addresses.kafka)
  const redis = await reached(redisAt(addresses), () =>
    connectRedis({ ...addresses.redis, timeoutMs: 30_000 }),
  )
  try {
    await reached(kafkaAt(addresses), append.probe)
    const found = await reached(postgresAt(addresses), () => readClusterElection(dataDir, id, database))
    const keyed = { electionId: id, fingerprint: found.fingerprint }
    return await rebuildKeys({
      election: found.election,
      seal: found.seal,
      keys: redisKeyStatus(redis, keyed),
      loading: redisKeyLoading(redis, keyed),
      append,
      reader,
      end: await endOf(postgresJournal(database, id)),
      issued: found.keysIssued,
      roll: readRoll(database, id),
      closed: await pollsRecord(database, id).wasClosed(),
      clock: systemClock,
      timer: systemTimer,
      onProgress: (keys, ballots) => onProgress(keys, ballots, found.keysIssued),
    })
  } catch (cause) {
    throw whoseToMend(cause, electionDir(dataDir, id))
  } finally {
    await redis.close()
    await reader.close()
    await append.close()
    await database.end()
  }
}

/** What the operator can mend, as that; anything else as it came. */
export function whoseToMend(cause: unknown, dir: string): unknown {
  if (cause instanceof IncompleteRoll) return new BadInput(dir, [{ message: cause.message }])
  if (cause instanceof RedisUnavailable || cause instanceof RedisInDoubt)
    return new EngineLost(`Redis: ${inOneLine(cause)}; its keys are not whole, run this again`, { cause })
  return cause
}
