/**
 * Servers in an engine's place that cannot prove who they are: another name, another authority, a
 * certificate whose time is over. Every client of an engine turns away before it has sent anything,
 * and looks at renewed files the next time.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import { kafkaAppend } from '../../src/adapters/kafka/ballot-append.ts'
import { topicFetcher } from '../../src/adapters/kafka/fetching.ts'
import { topicFaults } from '../../src/adapters/kafka/topics.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { connectRedis } from '../../src/adapters/redis/connection.ts'
import { connectToSpark } from '../../src/adapters/spark/connection.ts'
import { parseSparkRemote } from '../../src/adapters/spark/remote.ts'
import { inOneLine } from '../../src/organise/cluster/addresses.ts'
import type { EngineTls } from '../../src/ports/engine-address.ts'
import { type TestCertificate, testAuthority, testCertificate } from './certificates.ts'

const SECRET = 'hush-hush-hush'
const authority = testAuthority('Engines')
const stranger = testAuthority('Strangers')

let dir: string
let tls: EngineTls
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'elections-impostors-'))
  const caFile = join(dir, 'ca.pem')
  writeFileSync(caFile, authority.cert)
  tls = { caFile }
})
after(() => rmSync(dir, { recursive: true }))

interface Impostor {
  readonly port: number
  /** Bytes it was sent inside of TLS. */
  readonly heard: () => number
  /** Connections that came about. */
  readonly secured: () => number
  readonly close: () => Promise<void>
}

/** PostgreSQL's request for TLS: its length and a number. */
const SSL_REQUEST_BYTES = 8

async function impostor(certificate: TestCertificate, kind: 'tls' | 'postgres'): Promise<Impostor> {
  let heard = 0
  let secured = 0
  const sockets = new Set<Socket>()
  const secure = (socket: Socket) => {
    const inside = new TLSSocket(socket, { isServer: true, ...certificate })
    inside.on('secure', () => secured++)
    inside.on('data', (bytes: Buffer) => {
      heard += bytes.length
      // Nothing an engine would say.
      inside.destroy()
    })
    inside.on('error', () => socket.destroy())
  }
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (kind === 'tls') return secure(socket)
    socket.once('readable', () => {
      socket.read(SSL_REQUEST_BYTES)
      socket.write('S')
      secure(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    secured: () => secured,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Every way an engine is reached; each rejects. */
const WAYS: Readonly<Record<string, (host: string, port: number) => Promise<unknown>>> = {
  'Redis by TLS': (host, port) => connectRedis({ url: `rediss://default:${SECRET}@${host}:${port}`, tls }),
  'PostgreSQL by postgres': async (host, port) => {
    const url = `postgres://elections:${SECRET}@${host}:${port}/x?sslmode=verify-full`
    const database = openDatabase({ url, tls })
    await database.query('SELECT 1').finally(() => database.end())
  },
  'Spark by TLS': async (host, port) => {
    const spark = connectToSpark(parseSparkRemote(`sc://${host}:${port}/;token=${SECRET};use_ssl=true`), tls)
    const session = '00000000-0000-8000-8000-000000000000'
    await spark.analyze(session, { sparkVersion: {} }).finally(spark.close)
  },
  'Kafka by TLS': (host, port) => topicFaults(kafkaAt(host, port)),
  'ballots to Kafka by TLS': async (host, port) => {
    // Long enough for all its attempts: the first one's reason is told then.
    const append = kafkaAppend({ ...kafkaAt(host, port), deliveryTimeoutMs: 60_000 })
    await append.probe().finally(append.close)
  },
}

const kafkaAt = (host: string, port: number) => ({
  ...{ brokers: [`${host}:${port}`], tls },
  login: { user: 'elections', password: SECRET },
})

test('whoever cannot prove to be the engine is sent nothing, and the reason is said', async () => {
  const past = Date.now() - 1_000
  const cases: readonly (readonly [TestCertificate, string, RegExp])[] = [
    [
      testCertificate({ names: ['other.example.org'], issuer: authority }),
      'localhost',
      /^its certificate is for another name: .*other\.example\.org/,
    ],
    [
      testCertificate({ names: ['localhost'], issuer: authority }),
      '127.0.0.1',
      /^its certificate is for another name: .*127\.0\.0\.1/,
    ],
    [
      testCertificate({ issuer: stranger }),
      'localhost',
      /^its certificate is signed by no authority that is good/,
    ],
    [testCertificate(), 'localhost', /^its certificate is signed by no authority that is good/],
    [testCertificate({ issuer: authority, toMs: past }), 'localhost', /^its certificate has expired/],
  ]
  const tried = cases.flatMap(([certificate, host, words]) =>
    Object.entries(WAYS).map(async ([name, reach]) => {
      const posing = await impostor(certificate, name.endsWith('postgres') ? 'postgres' : 'tls')
      try {
        assert.match(await whyNot(() => reach(host, posing.port)), words, name)
        assert.equal(posing.heard(), 0, name)
      } finally {
        await posing.close()
      }
    }),
  )
  await Promise.all(tried)
})

/** Why it was not taken; that a busy machine took too long is no reason, and asks again. */
async function whyNot(reach: () => Promise<unknown>): Promise<string> {
  for (;;) {
    const line = await reach().then(
      () => assert.fail('it was taken'),
      (cause: unknown) => inOneLine(cause),
    )
    assert.ok(!line.includes(SECRET), line)
    if (!/tim(ed |e)out|did not answer/i.test(line)) return line
  }
}

test('files that were renewed count from the next connection on, of clients that are in use', async () => {
  const files = { caFile: join(dir, 'renewed.pem') }
  writeFileSync(files.caFile, stranger.cert)
  const certificate = testCertificate({ issuer: authority })
  const database = await impostor(certificate, 'postgres')
  const kafka = await impostor(certificate, 'tls')
  const url = `postgres://elections@localhost:${database.port}/x?sslmode=verify-full`
  const pool = openDatabase({ url, tls: files })
  const votes = topicFetcher({ brokers: [`localhost:${kafka.port}`], tls: files, topic: 'votes' })
  try {
    const tryAll = () => Promise.allSettled([pool.query('SELECT 1'), votes.ends()])
    await tryAll()
    assert.deepEqual([database.secured(), kafka.secured()].map(Math.sign), [0, 0])
    writeFileSync(files.caFile, authority.cert)
    await tryAll()
    assert.deepEqual([database.secured(), kafka.secured()].map(Math.sign), [1, 1])
  } finally {
    await votes.close()
    await pool.end()
    await database.close()
    await kafka.close()
  }
})
