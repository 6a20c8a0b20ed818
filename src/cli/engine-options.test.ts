import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testAuthority, testCertificate } from '../../test/tls/certificates.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { BadAddress } from '../organise/cluster/addresses.ts'
import { type ClusterOptions, clusterAddresses } from './cluster-options.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-engine-options-'))
after(() => rmSync(dir, { recursive: true }))

const SECRET = 'hush-hush-hush'
const authority = testAuthority('Engines')
const own = testCertificate({ names: ['elections'], issuer: authority })
const old = testCertificate({ names: ['elections'], issuer: authority, toMs: Date.now() - 1000 })
function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}
const engineCa = file('ca.pem', authority.cert)
const engineCert = file('cert.pem', own.cert)
const engineKey = file('key.pem', own.key)

const kafka = 'k1.example.org:9094'
const engines = {
  redis: 'rediss://r.example.org:6380',
  database: `postgres://elections:${SECRET}@db.example.org/votes?sslmode=verify-full`,
  spark: 'sc://spark.example.org',
}

test('every engine uses the same TLS files; Kafka uses no TLS by default', () => {
  const tls = { caFile: engineCa, client: { certFile: engineCert, keyFile: engineKey } }
  const options = { ...engines, kafka, engineCa, engineCert, engineKey }
  const found = clusterAddresses(options)
  assert.deepEqual([found.redis.tls, found.database.tls, found.spark.tls], [tls, tls, tls])
  assert.deepEqual(found.kafka, { brokers: [kafka] })
  assert.deepEqual(clusterAddresses({ ...options, kafkaTls: true }).kafka, { brokers: [kafka], tls })
  assert.deepEqual(
    clusterAddresses({ kafka, kafkaTls: true, kafkaUser: 'elections', kafkaPassword: SECRET }).kafka,
    { brokers: [kafka], tls: {}, login: { user: 'elections', password: SECRET } },
  )
})

test('options that do not fit together are refused by name, and no message contains a secret', () => {
  const login = { kafka, kafkaTls: true, kafkaUser: 'elections', kafkaPassword: SECRET }
  for (const [options, words] of [
    [{ ...login, engineCert }, /^--engine-cert: needs its key: give --engine-key too/],
    [{ ...login, engineKey }, /^--engine-key: needs its certificate: give --engine-cert too/],
    [{ ...login, kafkaTls: false }, /^--kafka-user: needs TLS: give --kafka-tls too/],
    [{ kafka, kafkaTls: true, kafkaPassword: SECRET }, /^ELECTIONS_KAFKA_PASSWORD: needs its user name/],
    [{ kafka, kafkaTls: true, kafkaUser: 'elections' }, /^--kafka-user: needs its password/],
    ...['a,b', 'a=b', 'a b', 'ä', ''].map(
      (kafkaUser) => [{ ...login, kafkaUser }, /^--kafka-user: must be 1 to 255/] as const,
    ),
    ...[`${SECRET}ä`, `${SECRET}\n`, ''].map(
      (kafkaPassword) =>
        [{ ...login, kafkaPassword }, /^ELECTIONS_KAFKA_PASSWORD: must be 1 to 512/] as const,
    ),
  ] as readonly (readonly [ClusterOptions, RegExp])[])
    assert.throws(
      () => clusterAddresses(options).kafka,
      (cause) => cause instanceof BadAddress && words.test(cause.message) && !cause.message.includes(SECRET),
      JSON.stringify(options),
    )
  assert.throws(
    () => clusterAddresses({ database: engines.database.replace('verify-full', 'require') }).database,
    (cause) =>
      cause instanceof BadAddress &&
      /^--database: sslmode=require does not verify the server/.test(cause.message) &&
      !cause.message.includes(SECRET),
  )
})

test('an unusable file is refused before any connection to an engine', () => {
  const expired = file('old.pem', old.cert)
  for (const [options, words] of [
    [{ engineCa: join(dir, 'none.pem') }, /none\.pem: there is no such file/],
    [{ engineCa: engineKey }, /key\.pem: contains no certificate/],
    [{ engineCert, engineKey: file('other.pem', old.key) }, /other\.pem: is not the key of .*cert\.pem/],
    [{ engineCert: expired, engineKey: file('old.key', old.key) }, /old\.pem: the certificate expired on 2/],
  ] as const)
    for (const name of ['redis', 'database', 'spark'] as const)
      assert.throws(
        () => clusterAddresses({ ...engines, ...options })[name],
        (cause) => cause instanceof BadInput && words.test(cause.message),
        name,
      )
})
