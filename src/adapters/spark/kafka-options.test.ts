/** Spark's options for Kafka over TLS, whose secrets never appear in Spark's output. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testAuthority, testCertificate } from '../../../test/tls/certificates.ts'
import { kafkaOptions } from './kafka-options.ts'
import { redacted } from './redacted.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-spark-kafka-'))
after(() => rmSync(dir, { recursive: true }))

const authority = testAuthority('Engines')
const own = testCertificate({ names: ['elections'], issuer: authority })
const [caFile, certFile, keyFile] = ['ca', 'cert', 'key'].map((name) => join(dir, name)) as [
  string,
  string,
  string,
]
writeFileSync(caFile, authority.cert)
writeFileSync(certFile, own.cert)
writeFileSync(keyFile, own.key)

const brokers = ['b:2', 'a:1']
const password = 'a"b\\c;d e\'=f'

test('in clear: only the addresses, in a fixed order', () => {
  assert.deepEqual(kafkaOptions({ brokers }), { 'kafka.bootstrap.servers': 'a:1,b:2' })
})

test('over TLS the server is verified, with a certificate or a login of the client', () => {
  const verified = { 'kafka.ssl.endpoint.identification.algorithm': 'https' }
  const place = { 'kafka.bootstrap.servers': 'a:1,b:2' }
  assert.deepEqual(kafkaOptions({ brokers, tls: {} }), {
    ...{ ...place, 'kafka.security.protocol': 'SSL', ...verified },
  })
  const client = { certFile, keyFile }
  const login = { user: 'elections', password }
  const options = kafkaOptions({ brokers, tls: { caFile, client }, login })
  const { 'kafka.sasl.jaas.config': jaas, ...others } = options
  assert.deepEqual(others, {
    ...{ ...place, 'kafka.security.protocol': 'SASL_SSL', ...verified },
    'kafka.ssl.truststore.type': 'PEM',
    'kafka.ssl.truststore.certificates': authority.cert,
    'kafka.ssl.keystore.type': 'PEM',
    'kafka.ssl.keystore.certificate.chain': own.cert,
    'kafka.ssl.keystore.key': own.key,
    'kafka.sasl.mechanism': 'SCRAM-SHA-512',
  })
  const read = /^\S+ScramLoginModule required username="([\\0-7]+)" password="([\\0-7]+)";$/.exec(jaas!)
  assert.deepEqual([read?.[1], read?.[2]].map(asJavaReads), ['elections', password])
})

/** Octal escapes of java.io.StreamTokenizer. */
function asJavaReads(text = ''): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}

test('whatever Spark quotes of the options, whole, escaped or cut off, contains no secret', () => {
  const options = kafkaOptions({
    ...{ brokers, tls: { caFile, client: { certFile, keyFile } } },
    login: { user: 'elections', password },
  })
  const plain = Object.entries(options)
    .map(([name, value]) => `${name} -> ${value}`)
    .join(', ')
  const escaped = JSON.stringify(options)
  const secrets = [
    ...(options['kafka.sasl.jaas.config']!.split('password=')[1]!.match(/(\\[0-7]{3}){4}/g) ?? []),
    ...own.key
      .split('\n')
      .slice(1, -2)
      .flatMap((line) => line.match(/.{12}/g) ?? [])
      // The public half is also in the certificate.
      .filter((part) => !own.cert.replaceAll('\n', '').includes(part)),
  ]
  assert.ok(secrets.length > 5)
  for (const text of [plain, escaped, JSON.stringify(escaped)])
    for (let end = 1; end <= text.length; end++) {
      const clean = redacted(text.slice(0, end), Number.POSITIVE_INFINITY)
      const leaked = secrets.find(
        (part) => clean.includes(part) || clean.includes(part.replaceAll('\\', '\\\\')),
      )
      assert.equal(leaked, undefined, clean.slice(-200))
    }
  // The rest of the text stays: it may say why a query failed.
  assert.match(redacted(`${plain} because`), /because$/)
})
