/**
 * A cluster's ballot box on the real engines, for tests: as many gateways as wanted, each with
 * connections of its own.
 */
import { randomBytes } from 'node:crypto'
import { kafkaAppend } from '../../src/adapters/kafka/ballot-append.ts'
import { kafkaVotesReader } from '../../src/adapters/kafka/votes-reader.ts'
import { systemClock } from '../../src/adapters/node/clock.ts'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import { sealer, sealKeyOf, secretFingerprint } from '../../src/adapters/node/sealer.ts'
import { systemTimer } from '../../src/adapters/node/timer.ts'
import { connectRedis } from '../../src/adapters/redis/connection.ts'
import { redisKeyLoading } from '../../src/adapters/redis/key-loading.ts'
import { redisKeyStatus } from '../../src/adapters/redis/key-status.ts'
import type { Election } from '../../src/core/election/definition.ts'
import { clusterBox } from '../../src/pipeline/cluster-box/box.ts'
import type { ClusterBox, ClusterBoxDeps } from '../../src/pipeline/cluster-box/box-contract.ts'
import { clusterRoll } from '../../src/pipeline/cluster-box/roll.ts'
import { type VotesLog, votesLog } from '../../src/pipeline/votes/log.ts'
import { type Rebuilt, rebuildKeys } from '../../src/pipeline/votes/rebuild-keys.ts'
import type { KeyStatus } from '../../src/ports/key-status.ts'
import type { IssuedCredential, VoterRoll } from '../../src/ports/voter-roll.ts'
import type { BoxUnderTest } from '../contract/ballot-box.ts'

export interface ClusterAddresses {
  readonly REDIS_URL: string
  readonly KAFKA_BROKERS: string
}

export interface Gateway extends BoxUnderTest {
  readonly box: ClusterBox
  readonly log: VotesLog
  readonly roll: VoterRoll
  readonly keys: KeyStatus
  readonly settled: () => Promise<void>
}

export interface ClusterElection {
  readonly election: Election
  readonly secret: Uint8Array
  readonly sealKey: string
  readonly gateway: (changes?: Partial<ClusterBoxDeps>) => Promise<Gateway>
  readonly rebuild: (waitMs?: number) => Promise<Rebuilt>
}

/** The same election under a name of its own, its keys loaded. */
export async function clusterElection(
  { REDIS_URL, KAFKA_BROKERS }: ClusterAddresses,
  like: Election,
  issued: readonly IssuedCredential[],
): Promise<ClusterElection> {
  const election = { ...like, id: `test-${randomBytes(6).toString('hex')}` }
  const secret = randomBytes(32)
  const sealKey = sealKeyOf(secret)
  const seal = sealer(sealKey)
  const tagOf = tagger(secret)
  const status = { electionId: election.id, fingerprint: secretFingerprint(sealKey) }
  const brokers = KAFKA_BROKERS.split(',')
  const eligible = new Float64Array(election.districts.length)
  for (const { district } of issued) eligible[district]!++
  async function* roll() {
    for (let from = 0; from < issued.length; from += 65_536)
      yield issued
        .slice(from, from + 65_536)
        .map(({ credential, district }) => ({ tag: tagOf(credential), district }))
  }

  const rebuild = async (deliveryTimeoutMs?: number): Promise<Rebuilt> => {
    const redis = await connectRedis({ url: REDIS_URL })
    const reader = kafkaVotesReader({ brokers })
    const append = deliveryTimeoutMs === undefined ? null : kafkaAppend({ brokers, deliveryTimeoutMs })
    try {
      return await rebuildKeys({
        election,
        seal,
        keys: redisKeyStatus(redis, status),
        loading: redisKeyLoading(redis, status),
        append,
        reader,
        end: null,
        issued: issued.length,
        roll: roll(),
        closed: false,
        clock: systemClock,
        timer: systemTimer,
      })
    } finally {
      await Promise.all([redis.close(), reader.close(), append?.close()])
    }
  }

  const gateway = (changes: Partial<ClusterBoxDeps> = {}) =>
    openGateway({ REDIS_URL, KAFKA_BROKERS }, { election, secret, eligible }, changes)

  await rebuild()
  return { election, secret, sealKey, gateway, rebuild }
}

/** A gateway of an election whose keys are loaded. */
export async function openGateway(
  addresses: ClusterAddresses,
  of: { readonly election: Election; readonly secret: Uint8Array; readonly eligible: Float64Array },
  changes: Partial<ClusterBoxDeps> = {},
): Promise<Gateway> {
  const { election, secret, eligible } = of
  const sealKey = sealKeyOf(secret)
  const seal = sealer(sealKey)
  const tagOf = tagger(secret)
  const brokers = addresses.KAFKA_BROKERS.split(',')
  const redis = await connectRedis({ url: addresses.REDIS_URL })
  const keys = redisKeyStatus(redis, { electionId: election.id, fingerprint: secretFingerprint(sealKey) })
  const box = clusterBox({
    election,
    keys,
    append: kafkaAppend({ brokers }),
    tagOf,
    digest: nodeDigest(),
    seal,
    clock: systemClock,
    timer: systemTimer,
    onConflict: () => {
      throw new Error('two ballots of one key')
    },
    ...changes,
  })
  await keys.count()
  const reader = kafkaVotesReader({ brokers })
  const log = votesLog({ election, seal, reader, end: null })
  const close = async () => {
    await box.close()
    await reader.close()
  }
  return {
    box,
    log,
    keys,
    roll: clusterRoll({ keys, tagOf, eligible }),
    settled: log.refresh,
    reopen: async () => {
      await close()
      return openGateway(addresses, of, changes)
    },
    dispose: close,
  }
}
