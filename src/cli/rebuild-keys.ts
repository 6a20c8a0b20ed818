/** `elections rebuild-keys`: makes the keys in Redis anew, from the roll in PostgreSQL and the ballots in Kafka. */
import { Command } from 'commander'
import { kafkaAppend } from '../adapters/kafka/ballot-append.ts'
import { kafkaVotesReader } from '../adapters/kafka/votes-reader.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { systemTimer } from '../adapters/node/timer.ts'
import { openDatabase } from '../adapters/postgres/database.ts'
import { readRoll } from '../adapters/postgres/elections.ts'
import { postgresJournal } from '../adapters/postgres/log-journal.ts'
import { pollsRecord } from '../adapters/postgres/polls-record.ts'
import { connectRedis } from '../adapters/redis/connection.ts'
import { redisKeyLoading } from '../adapters/redis/key-loading.ts'
import { redisKeyStatus } from '../adapters/redis/key-status.ts'
import { BadAddress, type ClusterOptions, clusterAddresses, reached } from '../organise/cluster/addresses.ts'
import { clusterElectionIds, readClusterElection } from '../organise/cluster/cluster-election.ts'
import { endOf } from '../organise/cluster/cluster-log.ts'
import { type Rebuilt, rebuildKeys } from '../pipeline/votes/rebuild-keys.ts'
import { onCluster } from './cluster-options.ts'
import { EXIT_NO } from './exit.ts'

interface RebuildOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly json?: boolean
}

const TELL_MS = 2_000

export function rebuildKeysCommand(): Command {
  return onCluster(
    new Command('rebuild-keys')
      .summary('make the voter keys in Redis anew, from the roll and the ballots')
      .description(
        'For a Redis that lost its data. Reads the roll from PostgreSQL and every ballot from Kafka, and writes the status of\n' +
          'every key. Gateways may run: they refuse votes with 503 meanwhile and go on by themselves afterwards.\n' +
          'Safe to repeat, also after it was interrupted.',
      )
      .requiredOption('--data <folder>', 'the data folder: it has the election secret')
      .option('--election <id>', 'one election (default: all of the folder’s)')
      .option('--json', 'print one line of JSON per election'),
  )
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 there are ballots of keys that were never issued, 2 refused or an engine does not answer.

Example:
  $ elections rebuild-keys --cluster --data ./data`,
    )
    .action(rebuild)
}

async function rebuild(options: RebuildOptions): Promise<void> {
  const ids = clusterElectionIds(options.data)
  const chosen = options.election === undefined ? ids : ids.filter((id) => id === options.election)
  if (chosen.length === 0)
    throw new BadAddress(
      `${options.data}: holds no election${options.election === undefined ? '' : ` "${options.election}"`} of a cluster`,
    )
  for (const id of chosen) {
    const rebuilt = await rebuildOne(options, id)
    if (rebuilt.unissued > 0) process.exitCode = EXIT_NO
    if (options.json) console.log(JSON.stringify({ election: id, ...rebuilt }))
    else console.log(inWords(id, rebuilt))
  }
}

async function rebuildOne(options: RebuildOptions, id: string): Promise<Rebuilt> {
  const addresses = clusterAddresses(options)
  const database = openDatabase(addresses.database)
  const append = kafkaAppend({ brokers: addresses.brokers })
  const reader = kafkaVotesReader({ brokers: addresses.brokers })
  const redis = await reached('Redis', () => connectRedis({ url: addresses.redis, timeoutMs: 30_000 }))
  let toldAtMs = performance.now()
  try {
    await reached('Kafka', append.probe)
    const found = await reached('PostgreSQL', () => readClusterElection(options.data, id, database))
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
      onProgress: (keys, ballots) => {
        if (performance.now() - toldAtMs < TELL_MS) return
        toldAtMs = performance.now()
        console.error(
          `${id}: ${number(keys)} of ${number(found.keysIssued)} keys, ${number(ballots)} ballots`,
        )
      },
    })
  } finally {
    await redis.close()
    await reader.close()
    await append.close()
    await database.end()
  }
}

function inWords(id: string, { keys, used, swept, unissued }: Rebuilt): string {
  const alarm =
    unissued === 0 ? '' : `\n  ALARM: ${number(unissued)} ballots come from keys that were never issued`
  return `${id}: ${number(keys)} keys loaded, ${number(used)} of them used; ${number(swept)} ballots brought in that were on their way${alarm}`
}

const number = (value: number) => value.toLocaleString('en')
