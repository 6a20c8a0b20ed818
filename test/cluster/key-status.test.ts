/**
 * Redis behaves like the simulated store of keys for any sequence of calls, so what the simulation
 * proves of the ballot box holds on the real store (contract: src/ports/key-status.ts).
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import { connectRedis } from '../../src/adapters/redis/connection.ts'
import { examineRedis } from '../../src/adapters/redis/examine.ts'
import { redisKeyLoading } from '../../src/adapters/redis/key-loading.ts'
import { redisKeyStatus } from '../../src/adapters/redis/key-status.ts'
import type { Choices } from '../../src/core/election/choices.ts'
import type { Credential } from '../../src/ports/digest.ts'
import type { KeyLoading, KeyStatus, Reservation, ReservedBallot } from '../../src/ports/key-status.ts'
import { engines } from '../engines.ts'
import { simulatedKeys, simulatedLoading, stores, world } from './simulated-world.ts'

const tagOf = tagger(new Uint8Array(32).fill(3))
const digest = nodeDigest()
const VOTERS = 5
const tagOfVoter = (voter: number) => tagOf(digest.credential(`voter ${voter}`) as Credential)
/** One of 300 districts, so that sets of them take several bytes. */
const districtOf = (voter: number) => voter * 71
const issued = Array.from({ length: VOTERS }, (_, voter) => ({
  tag: tagOfVoter(voter),
  district: districtOf(voter),
}))
const SETS = [null, new Set([0, 142]), new Set([71, 213, 299]), new Set<number>()]

const choices = fc.constantFrom('[[0]]', '[[1],[]]', `[[${'0,'.repeat(600)}1]]`) as fc.Arbitrary<Choices>
const mark = fc.option(fc.constantFrom('mark-of-sixteen-', '\u0000\u00ff\r\n"{}567890abc'.slice(0, 16)), {
  nil: null,
})
const nonce = fc.constantFrom('00'.repeat(16), 'ab'.repeat(16), 'ff'.repeat(16))
const voter = fc.nat(VOTERS)
const reservation: fc.Arbitrary<Reservation> = fc
  .record({
    voter,
    nonceHex: nonce,
    choices,
    retryMark: mark,
    districts: fc.constantFrom(...SETS),
    refuse: fc.constantFrom('no', 'no', 'before-style', 'after-style'),
  })
  .map(({ voter, ...rest }) => ({ tag: tagOfVoter(voter), ...rest }) as Reservation)
const ballot: fc.Arbitrary<ReservedBallot> = fc
  .record({ voter, nonceHex: nonce, choices, retryMark: mark })
  .map(({ voter, ...rest }) => ({ tag: tagOfVoter(voter), district: districtOf(voter % VOTERS), ...rest }))
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ reserve: fc.uniqueArray(reservation, { selector: ({ tag }) => tag }) }),
  },
  { weight: 3, arbitrary: fc.record({ use: fc.uniqueArray(ballot, { selector: ({ tag }) => tag }) }) },
  { weight: 1, arbitrary: fc.record({ claim: fc.constantFrom(0, 3_600_000) }) },
  { weight: 1, arbitrary: fc.record({ find: voter }) },
  { weight: 1, arbitrary: fc.constant({ count: true } as const) },
  { arbitrary: fc.constant({ closeVoting: true } as const), weight: 1 },
  { arbitrary: fc.constant({ endVoting: true } as const), weight: 1 },
  { arbitrary: fc.constant({ unload: true } as const), weight: 1 },
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

async function answerOf(keys: KeyStatus, loading: KeyLoading, asked: Step): Promise<unknown> {
  if ('reserve' in asked) return keys.reserve(asked.reserve)
  if ('use' in asked) return keys.use(asked.use)
  if ('claim' in asked) {
    const claimed = await keys.claim(asked.claim, 100)
    return claimed.toSorted((a, b) => (a.tag < b.tag ? -1 : 1))
  }
  if ('find' in asked) return keys.find(tagOfVoter(asked.find)).catch(() => 'unavailable')
  if ('count' in asked) return { ...(await keys.count()), last: keys.lastUsed() }
  if ('endVoting' in asked) return keys.endVoting()
  return 'unload' in asked ? loading.unload() : keys.closeVoting()
}

test('Redis answers as the simulated store does', async () => {
  const { REDIS_URL } = await engines()
  const redis = await connectRedis({ url: REDIS_URL })
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const options = { electionId: `keys-${randomBytes(6).toString('hex')}`, fingerprint: 'f' }
        const real = redisKeyStatus(redis, options)
        const realLoading = redisKeyLoading(redis, options)
        const sim = world(1)
        const held = stores()
        const model = simulatedKeys(sim, held, () => true)
        const modelLoading = simulatedLoading(held)
        for (const loading of [realLoading, modelLoading]) {
          await loading.begin(VOTERS)
          await loading.load(issued)
          await loading.finish()
        }
        for (const asked of steps) {
          const expected = await sim.until(answerOf(model, modelLoading, asked))
          assert.deepEqual(await answerOf(real, realLoading, asked), expected)
        }
        await realLoading.begin(1)
        // Tags of another secret are never reported as unknown.
        const other = redisKeyStatus(redis, { ...options, fingerprint: 'another' })
        const [answer] = await other.reserve([
          {
            tag: tagOfVoter(0),
            nonceHex: '00'.repeat(16),
            choices: '[[0]]' as Choices,
            retryMark: null,
            districts: null,
            refuse: 'no',
          },
        ])
        assert.equal(answer, 'unavailable')
      }),
      { numRuns: 150 },
    )
  } finally {
    await redis.close()
  }
})

test('an unreachable Redis is reported at once, and without its password', async () => {
  await assert.rejects(connectRedis({ url: 'redis://user:secret-word@127.0.0.1:9' }), (error: Error) => {
    assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /secret-word/)
    return true
  })
})

test('a Redis with settings that could lose keys is reported', async () => {
  const { REDIS_URL } = await engines()
  const redis = await connectRedis({ url: REDIS_URL })
  try {
    assert.deepEqual(await examineRedis(redis), { wrong: [], remarks: [] })
    await redis.send('CONFIG', 'SET', 'appendfsync', 'everysec')
    const { wrong, remarks } = await examineRedis(redis)
    const [warning, ...rest] = [...wrong, ...remarks]
    assert.match(warning!, /^appendfsync is everysec and must be always/)
    assert.deepEqual(rest, [])
  } finally {
    await redis.send('CONFIG', 'SET', 'appendfsync', 'always')
    await redis.close()
  }
})
