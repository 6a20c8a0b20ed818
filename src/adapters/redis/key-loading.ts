/**
 * Fills Redis with an election's keys (contract: ports/key-status.ts). The buckets' names contain a
 * generation number for each loading, so that the rest of an earlier one is never mixed in.
 */
import { randomBytes } from 'node:crypto'
import type { KeyLoading } from '../../ports/key-status.ts'
import type { RedisConnection } from './connection.ts'
import type { KeyStatusOptions } from './key-status.ts'
import { packKeys } from './packing.ts'
import { LOAD } from './scripts.ts'
import { byShard, KEYS_PER_BUCKET, SHARDS, type Shard, shardsOf } from './shards.ts'

const NAMES_PER_UNLINK = 1_000
/** Longer than any sensible `hash-max-listpack-value`. */
const FILLER = 'x'.repeat(8_192)
const KEYS_PER_CALL = 2_048

export function redisKeyLoading(redis: RedisConnection, options: KeyStatusOptions): KeyLoading {
  const { electionId, fingerprint } = options
  const shards = shardsOf(electionId)
  let generation = ''

  const onAll = async (call: (shard: Shard) => Promise<unknown>): Promise<void> => {
    await Promise.all(shards.map(call))
  }

  const empty = async ({ facts, outbox, buckets }: Shard): Promise<void> => {
    const reply = (await redis.send('HMGET', facts, 'generation', 'buckets')) as (Buffer | null)[]
    const [old, count] = [reply[0]?.toString(), Number(reply[1] ?? 0)]
    for (let from = 0; from < count; from += NAMES_PER_UNLINK) {
      const names = Array.from(
        { length: Math.min(NAMES_PER_UNLINK, count - from) },
        (_, i) => `${buckets}${old}:${from + i}`,
      )
      await redis.send('UNLINK', ...names)
    }
    await redis.send('UNLINK', facts, outbox)
  }

  return {
    unload: () => onAll(({ facts }) => redis.send('HDEL', facts, 'ready')),
    begin: async (keys) => {
      generation = randomBytes(3).toString('hex')
      const buckets = String(Math.max(1, Math.ceil(keys / SHARDS / KEYS_PER_BUCKET)))
      await onAll(async (shard) => {
        await empty(shard)
        const { facts, outbox } = shard
        await redis.send('HSET', outbox, 'filler', FILLER)
        await redis.send(
          'HSET',
          facts,
          'generation',
          generation,
          'buckets',
          buckets,
          'fingerprint',
          fingerprint,
          'used',
          '0',
        )
      })
    },
    load: async (keys) => {
      await Promise.all(
        byShard(keys).flatMap((places, s) => {
          const { facts, buckets } = shards[s]!
          const calls: Promise<unknown>[] = []
          for (let from = 0; from < places.length; from += KEYS_PER_CALL) {
            const some = places.slice(from, from + KEYS_PER_CALL).map((place) => keys[place]!)
            calls.push(redis.run(LOAD, [facts], [buckets, fingerprint, generation, packKeys(some)]))
          }
          return calls
        }),
      )
    },
    finish: () => onAll(({ facts }) => redis.send('HSET', facts, 'ready', '1')),
  }
}
