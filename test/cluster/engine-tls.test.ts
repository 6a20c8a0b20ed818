/**
 * The product on engines that speak TLS and require a certificate, Kafka also a login: a whole
 * election, and what the engines refuse. Spark is the run's own, behind a proxy that ends TLS, and
 * learns Kafka's settings only from the plan.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { topicFaults } from '../../src/adapters/kafka/topics.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { connectRedis } from '../../src/adapters/redis/connection.ts'
import { EngineTrouble, kafkaAt, postgresAt, reached, redisAt } from '../../src/organise/cluster/addresses.ts'
import type { EngineTls, KafkaAddress } from '../../src/ports/engine-address.ts'
import { engineDir, engineLog } from '../../tools/engines/folder.ts'
import { engines } from '../engines.ts'
import { runCli } from '../server.ts'
import { testAuthority, testCertificate } from '../tls/certificates.ts'
import { assertBooks, crowd, type Product, product, until } from './cluster-server.ts'
import { type SparkInFront, sparkInFront, type TlsEngines, tlsEngines } from './tls-engines.ts'

const VOTERS = 60

let own: TlsEngines
let spark: SparkInFront
let on: Product

before(async () => {
  own = await tlsEngines()
  spark = await sparkInFront((await engines()).SPARK_REMOTE, own.authority)
  on = await product(undefined, overTls())
})
after(async () => {
  await on?.end()
  await spark?.stop()
  await own?.stop()
})

/** Kafka with a login, Spark with a token, and a certificate for all. */
const overTls = (): Record<string, string> => ({
  SPARK_REMOTE: spark.remote,
  REDIS_URL: own.redisUrl,
  DATABASE_URL: own.databaseUrl,
  KAFKA_BROKERS: own.brokers.login,
  ELECTIONS_KAFKA_TLS: 'true',
  ELECTIONS_KAFKA_USER: 'elections',
  ELECTIONS_KAFKA_PASSWORD_FILE: own.file('kafka-password', `${own.kafkaPassword}\n`),
  ELECTIONS_ENGINE_CA: own.files.ca,
  ELECTIONS_ENGINE_CERT: own.files.cert,
  ELECTIONS_ENGINE_KEY: own.files.key,
})

/** Kafka with only the certificate, at an IP address. */
const withoutLogin = () => ({
  KAFKA_BROKERS: own.brokers.shown,
  ELECTIONS_KAFKA_USER: '',
  ELECTIONS_KAFKA_PASSWORD_FILE: '',
})

test('a whole election works over TLS, and Spark keeps no secret', async () => {
  const made = await on.cliWithoutData('prepare-cluster', '--partitions', '2')
  assert.equal(made.code, 0, made.stderr)
  const election = await on.init(VOTERS)
  const [all, gateway] = await Promise.all([on.serve('all'), on.serve('gateway', withoutLogin())])
  await crowd([all, gateway], election, election.take(VOTERS))
  await assertBooks(on, [all, gateway], election, VOTERS)
  const shown = await on.cli('doctor')
  assert.equal(shown.code, 0, shown.stdout + shown.stderr)
  // One connection of the server that keeps Spark counting, and one of the doctor.
  assert.ok(spark.shown.length >= 2)
  assert.deepEqual([...new Set(spark.shown)], ['elections'])
  const secrets = [
    own.kafkaPassword,
    inOctal(own.kafkaPassword),
    ...linesOf(readFileSync(own.files.key, 'utf8')),
  ]
  const files = [engineLog(on.site.dir, 'spark'), ...filesBelow(engineDir(on.site.dir, 'spark'))]
  assert.ok(files.length > 10)
  for (const file of files) {
    const bytes = readFileSync(file)
    assert.ok(!secrets.some((secret) => bytes.includes(secret)), `${file} contains a secret`)
  }
  for (const { stderr } of [all, gateway]) assert.ok(!stderr().includes(own.kafkaPassword))
})

const inOctal = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')

/** Lines of the private key's own part: the last lines are the public key. */
const linesOf = (pem: string): readonly string[] => pem.split('\n').slice(1, 2)

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

test('a failure of TLS is reported in one line: which engine, where, why, no password', async () => {
  const stranger = testAuthority('Strangers')
  const other = testCertificate({ names: ['elections'], issuer: stranger })
  const certFile = own.file('other.pem', other.cert)
  const keyFile = own.file('other-key.pem', other.key)
  const caFile = own.files.ca
  const client = { certFile: own.files.cert, keyFile: own.files.key }
  const tls = { caFile, client }
  const login = { user: 'elections', password: own.kafkaPassword }
  const foreign = { caFile: own.file('stranger.pem', stranger.cert), client }
  const shownOther = { caFile, client: { certFile, keyFile } }
  const { login: withLogin, shown, clear } = own.brokers
  const UNKNOWN = /: its certificate is signed by an authority that is not trusted here \(--engine-ca\)/
  // The end of the connection may arrive before the alert.
  const UNSHOWN =
    /: (it (requires a client certificate|rejects the client certificate|closed the connection: .*--engine-cert)|.*(ECONNRESET|EPIPE|closed|terminated))/

  const kafka = (address: KafkaAddress) =>
    faultLineOf(kafkaAt({ kafka: address }), () => topicFaults(address))
  const postgres = (url: string, files: EngineTls) =>
    faultLineOf(postgresAt({ database: { url } }), async () => {
      const database = openDatabase({ url, tls: files })
      await database.query('SELECT 1').finally(() => database.end())
    })
  const redis = (url: string, files: EngineTls) =>
    faultLineOf(redisAt({ redis: { url } }), async () => (await connectRedis({ url, tls: files })).close())
  const expected: readonly (readonly [Promise<string>, RegExp])[] = [
    [
      kafka({ brokers: [withLogin], tls, login: { ...login, password: 'another' } }),
      /authentication failed/i,
    ],
    [kafka({ brokers: [withLogin], tls, login: { ...login, user: 'nobody' } }), /authentication failed/i],
    [kafka({ brokers: [withLogin], tls }), /./],
    [kafka({ brokers: [withLogin], tls: foreign, login }), UNKNOWN],
    [kafka({ brokers: [shown], tls: { caFile } }), UNSHOWN],
    [kafka({ brokers: [shown], tls: shownOther }), UNSHOWN],
    [kafka({ brokers: [shown] }), /./],
    [kafka({ brokers: [clear], tls }), /TLS/],
    [postgres(own.databaseUrl, foreign), UNKNOWN],
    [postgres(own.databaseUrl, { caFile }), /valid client certificate/],
    [postgres(own.databaseUrl, shownOther), UNSHOWN],
    [postgres(own.databaseUrl.replace('verify-full', 'disable'), tls), /no encryption/],
    [
      postgres(own.databaseUrl.replace(own.site.secrets.postgres, 'another'), tls),
      /password authentication failed/,
    ],
    [redis(own.redisUrl, foreign), UNKNOWN],
    [redis(own.redisUrl, { caFile }), UNSHOWN],
    [redis(own.redisUrl, shownOther), UNSHOWN],
    [redis(own.redisUrl.replace('rediss:', 'redis:'), tls), /./],
    [redis(own.redisUrl.replace(own.site.secrets.redis, 'another'), tls), /WRONGPASS/],
  ]
  for (const [words, why] of expected) assert.match(await words, why)
})

/**
 * Returns the fault's line, which names the place. A timeout of a busy machine gives no reason, so
 * the call is repeated.
 */
async function faultLineOf(engine: string, work: () => Promise<unknown>): Promise<string> {
  const cause: unknown = await reached(engine, work).then(
    () => assert.fail(`${engine} accepted it`),
    (fault: unknown) => fault,
  )
  assert.ok(cause instanceof EngineTrouble, String(cause))
  const line = cause.message
  if (/tim(ed |e)out/i.test(line)) return faultLineOf(engine, work)
  assert.match(line, /^(Kafka|PostgreSQL|Redis) at (localhost|127\.0\.0\.1):\d+: \S/)
  assert.doesNotMatch(line, /\n/)
  for (const secret of [own.kafkaPassword, own.site.secrets.postgres, own.site.secrets.redis])
    assert.ok(!line.includes(secret))
  return line
}

test('commands end with exit code 2 there', async () => {
  const wrong = own.file('wrong-password', 'another-secret-word')
  const clearRedis = { REDIS_URL: own.redisUrl.replace('rediss:', 'redis:') }
  const required = { DATABASE_URL: own.databaseUrl.replace('verify-full', 'require') }
  const ends = await Promise.all([
    runCli(['prepare-cluster'], { ...on.env, ELECTIONS_KAFKA_PASSWORD_FILE: wrong }),
    runCli(['serve', '--cluster', '--data', on.dataDir, '--port', '0'], { ...on.env, ...clearRedis }),
    runCli(['tally', '--cluster', '--data', on.dataDir], { ...on.env, ...required }),
  ])
  const words = [
    /Kafka at localhost:\d+: .*authentication failed/i,
    /Redis at localhost:\d+: /,
    /--database: sslmode=require does not verify the server/,
  ]
  for (const [i, { code, stderr }] of ends.entries()) {
    assert.equal(code, 2, stderr)
    assert.match(stderr, words[i]!)
    assert.equal(stderr.trim().split('\n').length, 1, stderr)
    assert.doesNotMatch(stderr, /another-secret-word/)
  }
})

test('the doctor names an untrusted Spark or a wrong token, without any token', async () => {
  const token = /;token=([^;]+)/.exec(spark.remote)![1]!
  const foreign = own.file('foreign.pem', testAuthority('Strangers').cert)
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ SPARK_REMOTE: spark.remote.replace(token, 'another') }, /✗ Spark\b.*\n?.*(UNAUTHENTICATED|token)/i],
    [
      { ELECTIONS_ENGINE_CA: foreign },
      /✗ Spark\b.*its certificate is signed by an authority that is not trusted here/,
    ],
  ]
  for (const [changes, words] of cases) {
    const asked = await runCli(['doctor', '--cluster', '--data', on.dataDir], { ...on.env, ...changes })
    assert.equal(asked.code, 1, asked.stdout + asked.stderr)
    assert.match(asked.stdout, words)
    for (const secret of [token, 'another'])
      assert.ok(!`${asked.stdout}${asked.stderr}`.includes(secret), asked.stdout)
  }
})

test('Redis reconnects with another authority and certificate, once the files have them', async () => {
  const next = testAuthority('Engines, renewed')
  const renewed = testCertificate({ names: ['elections'], issuer: next })
  const tls = {
    caFile: own.file('ca-again.pem', own.authority.cert),
    client: {
      certFile: own.file('cert-again.pem', readFileSync(own.files.cert, 'utf8')),
      keyFile: own.file('key-again.pem', readFileSync(own.files.key, 'utf8')),
    },
  }
  const states: boolean[] = []
  const redis = await connectRedis({ url: own.redisUrl, tls, onState: (up) => states.push(up) })
  try {
    assert.equal(String(await redis.send('PING')), 'PONG')
    own.file('ca-again.pem', next.cert)
    own.file('cert-again.pem', renewed.cert)
    own.file('key-again.pem', renewed.key)
    await own.renewRedis(next)
    await until('Redis to answer', async () => String(await redis.send('PING')) === 'PONG')
    assert.ok(states.includes(false) && states.at(-1))
  } finally {
    await redis.close()
  }
})
