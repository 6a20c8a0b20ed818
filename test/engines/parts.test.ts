/**
 * The parts of tools/engines that can be tried without an engine: ports, processes, locks, words.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { addressesOf, secretsOf } from '../../tools/engines/addresses.ts'
import { engineVersion } from '../../tools/engines/class-path.ts'
import { redisSettings } from '../../tools/engines/engines/redis.ts'
import { sparkSettings } from '../../tools/engines/engines/spark.ts'
import { secretsFile } from '../../tools/engines/folder.ts'
import { refuseOpenEngines, rememberedListen, rememberListen } from '../../tools/engines/listen.ts'
import { tryLock } from '../../tools/engines/lock.ts'
import { choosePorts, rememberedPorts } from '../../tools/engines/ports.ts'
import { bornAt, end, isAlive, recordOf } from '../../tools/engines/processes.ts'
import { exportLines, table } from '../../tools/engines/words.ts'

const dir = mkdtempSync(join(tmpdir(), 'elections-parts-'))
after(() => rmSync(dir, { recursive: true, force: true }))

test('free ports are five different ones, kept from start to start', async () => {
  const first = await choosePorts(dir, 'auto')
  assert.equal(new Set(Object.values(first)).size, 5)
  assert.deepEqual(rememberedPorts(dir), first)
  assert.deepEqual(await choosePorts(dir, 'auto'), first)
  assert.deepEqual(await choosePorts(dir, undefined), first)
})

test('a port that is taken is refused by name; auto takes another and keeps the rest', async () => {
  const first = await choosePorts(dir, 'auto')
  const server = createServer().listen(first.kafka, '127.0.0.1')
  await once(server, 'listening')
  try {
    await assert.rejects(choosePorts(dir, undefined), new RegExp(`port ${first.kafka} \\(kafka\\) is in use`))
    const second = await choosePorts(dir, 'auto')
    assert.notEqual(second.kafka, first.kafka)
    assert.deepEqual({ ...second, kafka: 0 }, { ...first, kafka: 0 })
  } finally {
    server.close()
  }
})

test('a process is known by its birth, and one that has ended is not alive, reaped or not', async () => {
  const child = spawn('sleep', ['60'])
  await once(child, 'spawn')
  const record = recordOf(child.pid!)!
  assert.ok(isAlive(record))
  assert.ok(!isAlive({ ...record, born: '1' }), 'the same id with another birth is somebody else')
  await end(record, 'SIGTERM', 10_000)
  assert.ok(!isAlive(record))
  assert.equal(bornAt(record.pid), undefined)
})

test('a process that does not listen is ended by force', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'])
  await once(child.stdout, 'data')
  const record = recordOf(child.pid!)!
  await end(record, 'SIGTERM', 300)
  assert.ok(!isAlive(record))
})

test('a lock is held by one process and goes with it', async () => {
  const file = join(dir, 'a.lock')
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { tryLock } from ${JSON.stringify(new URL('../../tools/engines/lock.ts', import.meta.url).href)}
     console.log(tryLock(${JSON.stringify(file)}) !== undefined); setInterval(() => {}, 1000)`,
  ])
  assert.equal(String((await once(holder.stdout, 'data'))[0]).trim(), 'true')
  assert.equal(tryLock(file), undefined)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const unlock = tryLock(file)
  assert.ok(unlock)
  unlock()
})

test('passwords are made once, for their owner’s eyes', () => {
  const secrets = secretsOf(dir)
  assert.deepEqual(secretsOf(dir), secrets)
  assert.equal(new Set(Object.values(secrets)).size, 4)
  assert.equal(statSync(secretsFile(dir)).mode & 0o777, 0o600)
})

test('addresses survive a shell, and the table shows no password', async () => {
  const secrets = secretsOf(dir)
  const addresses = addressesOf(dir, await choosePorts(dir, 'auto'), secrets)
  const shell = spawn('sh', ['-c', `${exportLines(addresses)}\nprintf %s "$SPARK_REMOTE $DATABASE_URL"`])
  const [told] = (await once(shell.stdout.setEncoding('utf8'), 'data')) as [string]
  assert.equal(told, `${addresses.SPARK_REMOTE} ${addresses.DATABASE_URL}`)
  const shown = table(
    [
      { name: 'redis', title: 'Redis', state: 'healthy', port: 6379, pid: 12, answer: '7.0.15' },
      { name: 'kafka', title: 'Kafka', state: 'down', port: 9092 },
    ],
    '127.0.0.1',
  )
  assert.equal(
    shown,
    [
      'engine  address         process  state',
      'Redis   127.0.0.1:6379  12       healthy (7.0.15)',
      'Kafka   127.0.0.1:9092  -        down',
    ].join('\n'),
  )
})

test('engines listen beside loopback on a private address of this machine, with a word for Kafka', async () => {
  const refused = (address: string, isKafkaOpen = true): string => {
    try {
      refuseOpenEngines({ address, isKafkaOpen })
    } catch (error) {
      return (error as Error).message
    }
    return 'not refused'
  }
  for (const everywhere of ['0.0.0.0', '203.0.113.5', '8.8.8.8', '172.32.0.1', '100.128.0.1'])
    assert.match(refused(everywhere), /Kafka asks for no password/, everywhere)
  for (const invalid of ['::', '::1', 'localhost', '', '10.1.2.3,0.0.0.0', '10.1.2', '10.1.2.3/8'])
    assert.match(refused(invalid), /one IPv4 address of this machine/, invalid)
  assert.match(refused('10.1.2.3', false), /--open-kafka/)
  refuseOpenEngines({ address: '10.1.2.3', isKafkaOpen: true })
  refuseOpenEngines({ address: '127.0.0.1', isKafkaOpen: false })
  // Of a network for examples in documents (RFC 5737): nobody has it.
  await assert.rejects(choosePorts(dir, 'auto', '192.0.2.77'), /this machine has no such address/)
})

test('the other address is told to all engines but Spark, and remembered', () => {
  const ports = { redis: 1, postgres: 2, kafka: 3, kafkaController: 4, spark: 5 }
  const secrets = secretsOf(dir)
  assert.equal(rememberedListen(dir), '127.0.0.1')
  rememberListen(dir, '10.1.2.3')
  const site = { dir, ports, secrets, listen: rememberedListen(dir) }
  assert.match(redisSettings(site), /^bind 127\.0\.0\.1 10\.1\.2\.3$/m)
  assert.match(redisSettings(site), /^requirepass [0-9a-f]{48}$/m)
  assert.equal(sparkSettings(site)['spark.connect.grpc.binding.address'], '127.0.0.1')
  const { REDIS_URL, KAFKA_BROKERS, DATABASE_URL, SPARK_REMOTE } = addressesOf(
    dir,
    ports,
    secrets,
    '10.1.2.3',
  )
  assert.match(REDIS_URL, /@10\.1\.2\.3:1$/)
  assert.equal(KAFKA_BROKERS, '10.1.2.3:3')
  assert.match(DATABASE_URL, /@10\.1\.2\.3:2\//)
  assert.match(SPARK_REMOTE, /^sc:\/\/127\.0\.0\.1:5\//)
})

test('engines have exact versions', () => {
  for (const engine of ['kafka', 'spark'] as const) assert.match(engineVersion(engine), /^4\.\d+\.\d+$/)
})
