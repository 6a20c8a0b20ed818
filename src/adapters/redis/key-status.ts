/**
 * The status of every voter key, in Redis (contract: ports/key-status.ts). One call per shard and
 * batch; all calls are written to the socket together, so that Redis syncs its log once for all of
 * them.
 */
import type { KeyStatus, Reservation, ReserveAnswer, UseAnswer } from '../../ports/key-status.ts'
import { type RedisConnection, RedisUnavailable } from './connection.ts'
import {
  packDistricts,
  packReservations,
  packUsed,
  readClaimed,
  readKey,
  readReserveAnswers,
  readUseAnswers,
} from './packing.ts'
import { CLAIM, FIND, RESERVE, USE } from './scripts.ts'
import { byShard, SHARDS, type Shard, shardOf, shardsOf } from './shards.ts'

export interface KeyStatusOptions {
  readonly electionId: string
  /** Identifies the election secret of the tags (adapters/node/sealer.ts). */
  readonly fingerprint: string
}

/** Entries of an outbox that are not ballots (scripts.ts). */
const FILLERS = 1
/** Redis has no keys of this election: it was emptied, or they are being loaded. */
const NOT_LOADED = 'N'.charCodeAt(0)

export function redisKeyStatus(redis: RedisConnection, options: KeyStatusOptions): KeyStatus {
  const { electionId, fingerprint } = options
  const shards = shardsOf(electionId)
  const used = new Float64Array(SHARDS)
  const reserveIn = reserving(redis, fingerprint)
  const state = async (fact: 'closed' | 'ended'): Promise<void> => {
    await Promise.all(shards.map(({ facts }) => redis.send('HSET', facts, fact, '1')))
  }
  return {
    reserve: (reservations) => perShard(reservations, (s, some) => reserveIn(shards[s]!, some)),
    use: (ballots) =>
      perShard(ballots, async (s, some): Promise<UseAnswer[]> => {
        const { buckets } = shards[s]!
        const args = [buckets, fingerprint, packUsed(some)]
        const [codes, count] = (await redis.run(USE, keysOf(shards[s]!), args)) as [Buffer, number]
        if (codes[0] === NOT_LOADED) return some.map(() => 'unknown')
        used[s] = count
        return readUseAnswers(codes)
      }),
    claim: async (olderThanMs, limit) => {
      const [age, each] = [String(olderThanMs), String(Math.ceil(limit / SHARDS))]
      const claimed = await Promise.all(
        shards.map(async (shard) => {
          const reply = await redis.run(CLAIM, keysOf(shard), [shard.buckets, fingerprint, age, each])
          return readClaimed(reply as Buffer)
        }),
      )
      return claimed.flat()
    },
    find: async (tag) => {
      const { facts, buckets } = shards[shardOf(tag)]!
      const args = [buckets, fingerprint, Buffer.from(tag, 'latin1')]
      const value = (await redis.run(FIND, [facts], args)) as Buffer
      if (value[0] === NOT_LOADED) throw new RedisUnavailable('Redis has no keys of this election')
      return value.length === 0 ? undefined : readKey(value)
    },
    count: async () => {
      const counts = await Promise.all(shards.map((shard) => countIn(redis, shard, fingerprint)))
      for (const [s, one] of counts.entries()) used[s] = one.used
      return {
        used: sum(used),
        reserved: counts.reduce((total, { reserved }) => total + reserved, 0),
        loaded: counts.every(({ loaded }) => loaded),
      }
    },
    lastUsed: () => sum(used),
    closeVoting: () => state('closed'),
    endVoting: () => state('ended'),
    close: () => redis.close(),
  }
}

const keysOf = ({ facts, outbox }: Shard): readonly string[] => [facts, outbox]

/** Reserves in one shard, in one call; always returns an answer per reservation. */
function reserving(
  redis: RedisConnection,
  fingerprint: string,
): (shard: Shard, reservations: readonly Reservation[]) => Promise<ReserveAnswer[]> {
  const bits = new WeakMap<ReadonlySet<number>, Buffer>()
  const bitsOf = (districts: ReadonlySet<number>): Buffer => {
    let packed = bits.get(districts)
    if (!packed) {
      packed = packDistricts(districts)
      bits.set(districts, packed)
    }
    return packed
  }
  return async (shard, reservations) => {
    const sets: ReadonlySet<number>[] = []
    const packed = packReservations(reservations, (districts) => {
      if (districts === null) return 0
      const known = sets.indexOf(districts)
      return known === -1 ? sets.push(districts) : known + 1
    })
    const args = [shard.buckets, fingerprint, packed, ...sets.map(bitsOf)]
    try {
      const reply = (await redis.run(RESERVE, keysOf(shard), args)) as Buffer
      if (reply[0] === NOT_LOADED) return reservations.map(() => 'unavailable')
      return readReserveAnswers(reply, reservations.length)
    } catch (error) {
      const answer = error instanceof RedisUnavailable ? 'unavailable' : 'doubtful'
      return reservations.map(() => answer)
    }
  }
}

/** Runs one call per shard that has items, and returns the answers in the order of the items. */
async function perShard<Item extends { readonly tag: Reservation['tag'] }, Answer>(
  items: readonly Item[],
  call: (shard: number, items: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const answers = new Array<Answer>(items.length)
  await Promise.all(
    byShard(items).map(async (places, s) => {
      if (places.length === 0) return
      const reply = await call(
        s,
        places.map((place) => items[place]!),
      )
      for (const [i, place] of places.entries()) answers[place] = reply[i]!
    }),
  )
  return answers
}

interface ShardCount {
  readonly used: number
  readonly reserved: number
  readonly loaded: boolean
}

async function countIn(
  redis: RedisConnection,
  { facts, outbox }: Shard,
  fingerprint: string,
): Promise<ShardCount> {
  const [reply, size] = await Promise.all([
    redis.send('HMGET', facts, 'used', 'ready', 'fingerprint'),
    redis.send('HLEN', outbox),
  ])
  const [count, ready, secret] = (reply as (Buffer | null)[]).map((fact) => fact?.toString() ?? null)
  return {
    used: Number(count ?? 0),
    reserved: Math.max(0, Number(size) - FILLERS),
    loaded: ready === '1' && secret === fingerprint,
  }
}

function sum(counts: Float64Array): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
