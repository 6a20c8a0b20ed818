/**
 * Tokens and limits on a cluster with real engines: each server acts on what another one learns or
 * counts.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { tokenTable } from '../../src/adapters/postgres/access-tokens.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { connectRedis } from '../../src/adapters/redis/connection.ts'
import { redisSharedCounts } from '../../src/adapters/redis/shared-counts.ts'
import { addToken, listTokens, revokeToken } from '../../src/organise/access-tokens.ts'
import { type Key, vote } from '../server.ts'
import { type ClusterServer, LIMIT_MS, type Product, product } from './cluster-server.ts'

let cluster: Product
let gateways: readonly ClusterServer[]
let keys: readonly Key[]
let next = 0

before(async () => {
  cluster = await product()
  keys = (await cluster.init(100)).take(100)
  const options = ['--trust-proxy', '--wrong-keys', '3']
  gateways = await Promise.all([0, 1].map(() => cluster.serve('gateway', {}, ...options)))
})
after(() => cluster?.end())

const wanted = {
  name: 'Kiosk',
  scopes: ['cast'],
  expiresAtMs: Date.parse('2099-01-01'),
  perSecond: 1_000,
} as const
const place = () => ({ cluster: { database: { url: cluster.site.DATABASE_URL } } })

async function until(is: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LIMIT_MS
  while (!(await is())) {
    assert.ok(performance.now() < endMs, 'it did not come in time')
    await sleep(50)
  }
}

test('a new token, and its revocation, is known at every server within seconds', async () => {
  const { token, text } = await addToken(place(), wanted)
  const bearer = { authorization: `Bearer ${text}` }
  const votes = async (status: number): Promise<void> => {
    for (const { url } of gateways) {
      const key = keys[next++]!
      await until(async () => (await vote(url, key, 'ada', bearer)).status === status)
    }
  }
  await votes(201)
  assert.equal(await revokeToken(place(), token.id), 'revoked')
  assert.equal(await revokeToken(place(), token.id), 'already')
  await votes(401)
  assert.equal((await listTokens(place())).find(({ id }) => id === token.id)?.name, 'Kiosk')
  await assert.rejects(revokeToken(place(), '0000000000'), /there is no token/)
})

test('in PostgreSQL a token is created once, and can only be revoked', async () => {
  const database = openDatabase({ url: cluster.site.DATABASE_URL })
  try {
    const store = tokenTable(database)
    const { token } = await addToken(place(), wanted)
    assert.equal(await store.add(token), 'added')
    assert.equal(await store.add({ ...token, sha256: '1'.repeat(64) }), 'taken')
    assert.deepEqual(
      (await store.all()).find(({ id }) => id === token.id),
      token,
    )
    await store.revoke(token.id, Date.now())
    for (const change of ['revoked_at = NULL', "scopes = '{amend}'", "expires_at = '2100-01-01'"])
      await assert.rejects(
        database.query(`UPDATE access_tokens SET ${change} WHERE id = $1`, [token.id]),
        /can only be revoked/,
      )
  } finally {
    await database.end()
  }
})

test('a client limited at one server is limited at all servers, and Redis stores no address', async () => {
  const [one, two] = gateways as [ClusterServer, ClusterServer]
  const from = { 'x-forwarded-for': '203.0.113.7' }
  for (let i = 0; i < 4; i++) await vote(one.url, { personal_id: `W${i}`, guid: 'x' }, 'ada', from)
  await until(async () => {
    const metrics = await (await fetch(`${two.url}/metrics`)).text()
    return /^elections_wrong_keys_tracked\{kind="address",state="held"\} 1$/m.test(metrics)
  })
  const wrong = await vote(two.url, { personal_id: 'W9', guid: 'x' }, 'ada', from)
  assert.equal(wrong.status, 429)
  assert.ok(Number(wrong.headers.get('retry-after')) <= 60)
  for (const { url } of gateways) assert.equal((await vote(url, keys[next++]!, 'ada', from)).status, 201)
  const redis = await connectRedis({ url: cluster.site.REDIS_URL })
  try {
    const stored = JSON.stringify(await redis.send('XRANGE', 'elections:wrong-keys', '-', '+'), (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    )
    assert.match(stored, /a[\w-]{16} [\w-]{16} \d/)
    assert.doesNotMatch(stored, /203\.0|cb0071|W\d"/)
    const left = Number(await redis.send('PTTL', 'elections:wrong-keys'))
    assert.ok(left > 0 && left <= 60_000, String(left))
  } finally {
    await redis.close()
  }
})

test('the stream in Redis is bounded, and a server that starts later reads it', async () => {
  const redis = await connectRedis({ url: cluster.site.REDIS_URL })
  try {
    const [writer, reader] = [0, 1].map(() => redisSharedCounts(redis, () => performance.now())) as [
      ...[ReturnType<typeof redisSharedCounts>, ReturnType<typeof redisSharedCounts>],
    ]
    for (let i = 0; i < 600; i++) {
      writer.add('address', `flood${i}`, 'W')
      await writer.exchange()
    }
    assert.equal(Number(await redis.send('XLEN', 'elections:wrong-keys')), 512)
    const learned: string[] = []
    reader.onLearned((counts) => learned.push(...counts.map(({ name }) => name)))
    while (!learned.includes('flood599')) await reader.exchange()
    assert.ok(learned.length >= 500)
  } finally {
    await redis.close()
  }
})
