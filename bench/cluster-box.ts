/**
 * The cluster's ballot box without HTTP, on real engines on this machine: ballots per second, the
 * share of our own code, Redis memory per voter, loading and reading back. REDIS_URL and
 * KAFKA_BROKERS name the engines; the topics exist.
 */
import { randomBytes } from 'node:crypto'
import { createClient } from '@redis/client'
import { kafkaAppend } from '../src/adapters/kafka/ballot-append.ts'
import { kafkaVotesReader } from '../src/adapters/kafka/votes-reader.ts'
import { systemClock } from '../src/adapters/node/clock.ts'
import { nodeDigest, tagger } from '../src/adapters/node/digest.ts'
import { sealer, sealKeyOf, secretFingerprint } from '../src/adapters/node/sealer.ts'
import { systemTimer } from '../src/adapters/node/timer.ts'
import { connectRedis } from '../src/adapters/redis/connection.ts'
import { redisKeyLoading } from '../src/adapters/redis/key-loading.ts'
import { redisKeyStatus } from '../src/adapters/redis/key-status.ts'
import { ballotRules } from '../src/core/election/choices.ts'
import { electionFrom } from '../src/core/election/definition.ts'
import { clusterBox } from '../src/pipeline/cluster-box/box.ts'
import { votesLog } from '../src/pipeline/votes/log.ts'
import { rebuildKeys } from '../src/pipeline/votes/rebuild-keys.ts'
import type { BallotAppend } from '../src/ports/ballot-append.ts'
import type { BallotBox } from '../src/ports/ballot-box.ts'
import type { Credential } from '../src/ports/digest.ts'
import type { KeyStatus } from '../src/ports/key-status.ts'
import { type Figure, whole } from './report.ts'

const AT_ONCE = 2_000
const BATCH = 500

export interface ClusterBoxSizes {
  readonly voters: number
  readonly ballots: number
}

export async function benchClusterBox({ voters, ballots }: ClusterBoxSizes): Promise<Figure[]> {
  const url = process.env.REDIS_URL!
  const brokers = process.env.KAFKA_BROKERS!.split(',')
  const election = electionFrom({
    id: `bench-${randomBytes(4).toString('hex')}`,
    title: 'Bench',
    opens_at: '2020-01-01T00:00:00Z',
    closes_at: '2099-01-01T00:00:00Z',
    results: 'live',
    contests: [
      {
        id: 'mayor',
        title: 'Mayor',
        options: [
          { id: 'ada', name: 'Ada' },
          { id: 'grace', name: 'Grace' },
        ],
      },
    ],
  })
  const secret = randomBytes(32)
  const sealKey = sealKeyOf(secret)
  const seal = sealer(sealKey)
  const tagOf = tagger(secret)
  const digest = nodeDigest()
  const status = { electionId: election.id, fingerprint: secretFingerprint(sealKey) }
  const credentialOf = (voter: number) => digest.credential(`voter ${voter}`) as Credential
  const redis = await connectRedis({ url, timeoutMs: 10_000 })
  const admin = createClient({ url })
  await admin.connect()
  const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await admin.info('memory'))![1])

  const keys = redisKeyStatus(redis, status)
  const loading = redisKeyLoading(redis, status)
  const reader = kafkaVotesReader({ brokers })
  async function* roll() {
    for (let from = 0; from < voters; from += 65_536)
      yield Array.from({ length: Math.min(65_536, voters - from) }, (_, i) => ({
        tag: tagOf(credentialOf(from + i)),
        district: 0,
      }))
  }
  const emptyBytes = await usedMemory()
  const figures: Figure[] = []
  const rebuild = async () => {
    const start = performance.now()
    const made = await rebuildKeys({
      election,
      seal,
      keys,
      loading,
      append: null,
      reader,
      end: null,
      issued: voters,
      roll: roll(),
      closed: false,
      clock: systemClock,
      timer: systemTimer,
    })
    return { seconds: (performance.now() - start) / 1000, ...made }
  }
  const loaded = await rebuild()
  const issuedBytes = await usedMemory()
  figures.push(
    { what: `load ${whole(voters)} keys, s`, value: loaded.seconds.toFixed(1) },
    {
      what: 'Redis bytes per voter, before voting',
      value: ((issuedBytes - emptyBytes) / voters).toFixed(1),
    },
  )

  const box = clusterBox({
    election,
    keys,
    append: kafkaAppend({ brokers }),
    tagOf,
    digest,
    seal,
    clock: systemClock,
    timer: systemTimer,
    onConflict: () => {
      throw new Error('one key cast two ballots')
    },
  })
  const real = await castAll(box, election, digest, ballots)
  await box.quiet()
  figures.push(
    { what: `ballots/s, casts of ${BATCH}, ${AT_ONCE} at once`, value: whole(real.perSecond) },
    { what: 'µs of this process per ballot, engines’ clients included', value: real.cpuMicros.toFixed(1) },
  )
  const usedBytes = await usedMemory()
  const used = keys.lastUsed()
  figures.push({
    what: `Redis bytes per voter, ${whole(used)} voted with a retry mark`,
    value: ((usedBytes - emptyBytes) / voters).toFixed(1),
    goal: '≤ 100',
    reached: (usedBytes - emptyBytes) / voters <= 100,
  })

  const log = votesLog({ election, seal, reader, end: null })
  const start = performance.now()
  await log.refresh()
  const readSeconds = (performance.now() - start) / 1000
  figures.push({
    what: `recount, ballots/s (${whole(log.length())})`,
    value: whole(log.length() / readSeconds),
  })
  const again = await rebuild()
  figures.push({
    what: `rebuild of ${whole(voters)} keys and ${whole(again.used)} ballots, s`,
    value: again.seconds.toFixed(1),
  })

  const ours = clusterBox({
    election,
    keys: yesKeys,
    append: yesAppend,
    tagOf,
    digest,
    seal,
    clock: systemClock,
    timer: systemTimer,
    onConflict: () => {},
  })
  const alone = await castAll(ours, election, digest, ballots)
  figures.push({
    what: 'µs per ballot of our own code, engines answering at once',
    value: alone.cpuMicros.toFixed(1),
  })
  await ours.close()
  await loading.begin(1)
  await box.close()
  await reader.close()
  admin.destroy()
  return figures
}

/** Engines that always accept, so that only our own code takes time. */
const yesKeys: KeyStatus = {
  reserve: async (asked) => asked.map(() => ({ is: 'reserved', district: 0 })),
  use: async (ballots) => ballots.map(() => 'used'),
  claim: async () => [],
  find: async () => undefined,
  count: async () => ({ used: 0, reserved: 0, loaded: true }),
  lastUsed: () => 0,
  closeVoting: async () => {},
  endVoting: async () => {},
  close: async () => {},
}
const yesAppend: BallotAppend = {
  append: async () => {},
  probe: async () => {},
  deliveryTimeoutMs: 1_000,
  close: async () => {},
}

async function castAll(
  box: BallotBox,
  election: Parameters<typeof ballotRules>[0],
  digest: ReturnType<typeof nodeDigest>,
  ballots: number,
): Promise<{ perSecond: number; cpuMicros: number }> {
  const rules = ballotRules(election)
  const marked = [rules.markOne('ada'), rules.markOne('grace')]
  const casts = Array.from({ length: Math.ceil(ballots / BATCH) }, (_, i) =>
    Array.from({ length: Math.min(BATCH, ballots - i * BATCH) }, (_, j) => {
      const credential = digest.credential(`voter ${i * BATCH + j}`) as Credential
      const choice = marked[(i + j) % 2]!
      if (typeof choice === 'string') throw new Error(choice)
      return { credential, marked: choice, retryMark: digest.retryMark(credential, 'attempt') }
    }),
  )
  let next = 0
  let recorded = 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  const lane = async () => {
    while (next < casts.length) {
      const outcomes = await box.cast(casts[next++]!, null)
      for (const outcome of outcomes) if (typeof outcome === 'object') recorded++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE / BATCH }, lane))
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  if (recorded !== ballots) throw new Error(`${recorded} of ${ballots} ballots were recorded`)
  return { perSecond: ballots / seconds, cpuMicros: (user + system) / ballots }
}
