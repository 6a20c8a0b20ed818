/**
 * The engines as `npm run cluster` starts them: real answers, their true state, faults, and a clean
 * end.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  Admin,
  Consumer,
  MessagesStreamModes,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import { createClient } from '@redis/client'
import { Client } from 'pg'
import { runningCluster } from '../../tools/engines/cluster.ts'
import type { EngineName } from '../../tools/engines/engine-name.ts'
import { askSparkVersion } from '../../tools/engines/engines/spark-question.ts'
import { ENGINE_NAMES, type EngineState, recordedProcess } from '../../tools/engines/lifecycle.ts'
import { isAlive, recordOf } from '../../tools/engines/processes.ts'
import { CLUSTER_MAIN, type Engines, engineFolder, engines } from '../engines.ts'

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end. */
async function cluster(...args: readonly string[]): Promise<Ran> {
  return ranToEnd(launch(args))
}

function launch(args: readonly string[]): ChildProcess {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return spawn(process.execPath, [CLUSTER_MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
}

async function ranToEnd(child: ChildProcess): Promise<Ran> {
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...said }
}

async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const untilMs = performance.now() + limitMs
  while (!(await holds())) {
    assert.ok(performance.now() < untilMs, `not within ${limitMs} ms: ${what}`)
    await sleep(50)
  }
}

const redisClient = (url: string) => createClient({ url, socket: { reconnectStrategy: false } })

async function withRedis<Result>(
  url: string,
  work: (client: ReturnType<typeof redisClient>) => Promise<Result>,
): Promise<Result> {
  const client = redisClient(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    client.destroy()
  }
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function withAdmin<Result>(brokers: string, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [brokers] })
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}

async function produce(brokers: string, topic: string, value: string): Promise<void> {
  const producer = new Producer({
    clientId: 'test',
    bootstrapBrokers: [brokers],
    retries: 0,
    serializers: stringSerializers,
  })
  try {
    await producer.send({ messages: [{ topic, key: 'key', value }], acks: ProduceAcks.ALL })
  } finally {
    await producer.close()
  }
}

async function firstRecord(brokers: string, topic: string): Promise<string> {
  const consumer = new Consumer({
    groupId: `test-${Math.random()}`,
    clientId: 'test',
    bootstrapBrokers: [brokers],
    deserializers: stringDeserializers,
  })
  try {
    const stream = await consumer.consume({
      topics: [topic],
      mode: MessagesStreamModes.EARLIEST,
      autocommit: false,
    })
    for await (const message of stream) return message.value
    throw new Error('the topic ended')
  } finally {
    await consumer.close(true)
  }
}

function sparkToken(remote: string): { address: string; token: string } {
  const [, address, token] = /^sc:\/\/([^/]+)\/;token=(.+)$/.exec(remote)!
  return { address: address!, token: token! }
}

interface Status {
  readonly running: boolean
  readonly engines: readonly EngineState[]
}

async function status(
  dir: string,
): Promise<{ code: number | null; state: (name: EngineName) => string | undefined }> {
  const { code, stdout } = await cluster('--data', dir, '--status', '--json')
  const { engines: states } = JSON.parse(stdout) as Status
  return { code, state: (name) => states.find((engine) => engine.name === name)?.state }
}

describe('the engines of a run', () => {
  let all: Engines
  before(async () => {
    all = await engines()
  })

  test('Redis answers, only to its password, and writes through', async () => {
    await withRedis(all.REDIS_URL, async (client) => {
      assert.equal(await client.ping(), 'PONG')
      const wanted = {
        appendonly: 'yes',
        appendfsync: 'always',
        save: '',
        'maxmemory-policy': 'noeviction',
        'hash-max-listpack-entries': '512',
        'hash-max-listpack-value': '256',
      }
      for (const [name, value] of Object.entries(wanted))
        assert.deepEqual(await client.configGet(name), { [name]: value })
    })
    const stranger = new URL(all.REDIS_URL)
    stranger.password = 'guess'
    await assert.rejects(
      withRedis(stranger.href, (client) => client.ping()),
      /WRONGPASS/,
    )
  })

  test('PostgreSQL answers, only to its password, for a role that owns only its database', async () => {
    const [row] = await query(
      all.DATABASE_URL,
      `SELECT current_user AS who, current_setting('fsync') AS fsync,
         rolsuper AS super, rolcreatedb AS may_create
       FROM pg_roles WHERE rolname = current_user`,
    )
    assert.deepEqual(row, { who: 'elections', fsync: 'on', super: false, may_create: true })
    const stranger = new URL(all.DATABASE_URL)
    stranger.password = 'guess'
    await assert.rejects(query(stranger.href, 'SELECT 1'), /password authentication failed/)
  })

  test('Kafka answers and has the topics', async () => {
    const topics = await withAdmin(all.KAFKA_BROKERS, (admin) => admin.listTopics())
    for (const topic of ['votes', 'aggregated_votes', 'votes_set_aside'])
      assert.ok(topics.includes(topic), topic)
    await assert.rejects(
      produce(all.KAFKA_BROKERS, 'a-slip-of-the-pen', 'x'),
      'topics are not created automatically',
    )
  })

  test('Spark Connect answers, only to its token', async () => {
    const { address, token } = sparkToken(all.SPARK_REMOTE)
    assert.match(await askSparkVersion(address, token), /^4\.\d+\.\d+$/)
    await assert.rejects(askSparkVersion(address, 'guess'), /UNAUTHENTICATED/)
    assert.ok(existsSync(all.SPARK_CHECKPOINTS))
  })

  test('other users of the machine cannot read the folder', () => {
    for (const name of ['redis', 'postgres', 'kafka', 'spark', 'logs', 'run'])
      assert.equal(statSync(join(all.dir, name)).mode & 0o077, 0, name)
    assert.equal(statSync(join(all.dir, 'secrets.json')).mode & 0o077, 0)
  })

  test('no password is among the arguments of a process or in a log file', () => {
    const secrets = Object.values(
      JSON.parse(readFileSync(join(all.dir, 'secrets.json'), 'utf8')) as Record<string, string>,
    )
    assert.ok(secrets.length >= 4)
    const texts = ENGINE_NAMES.flatMap((name) => [
      readFileSync(`/proc/${recordedProcess(all.dir, name)!.pid}/cmdline`, 'utf8'),
      readFileSync(join(all.dir, 'logs', `${name}-console.log`), 'utf8'),
    ])
    for (const secret of secrets) for (const text of texts) assert.ok(!text.includes(secret))
  })

  test('a second cluster on the same folder is refused in a line', async () => {
    const second = await cluster('--data', all.dir)
    assert.equal(second.code, 2)
    assert.match(second.stderr, /a cluster runs here already \(process \d+\)/)
    assert.equal(second.stderr.trim().split('\n').length, 1)
  })

  test('usual ports that are taken are refused in a line', async () => {
    const dir = engineFolder()
    try {
      // Remembered ports replace the usual ones: here those of the running engines.
      writeFileSync(join(dir, 'ports.json'), readFileSync(join(all.dir, 'ports.json')))
      const second = await cluster('--data', dir)
      assert.equal(second.code, 2)
      assert.match(second.stderr, /port \d+ \(redis\) is in use: .*--ports auto/)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })

  test('the addresses are printed as JSON and as lines for a shell', async () => {
    const { stdout } = await cluster('--data', all.dir, '--status', '--json')
    const told = JSON.parse(stdout) as Record<string, string>
    for (const name of [
      'REDIS_URL',
      'KAFKA_BROKERS',
      'DATABASE_URL',
      'SPARK_REMOTE',
      'SPARK_CHECKPOINTS',
    ] as const) {
      assert.equal(told[name], all[name])
      assert.ok(
        (await cluster('--data', all.dir, '--env')).stdout.includes(`export ${name}='${all[name]}'\n`),
      )
    }
  })

  test('status shows which engine is down, and a start restores it with its data', async () => {
    assert.equal((await status(all.dir)).code, 0)
    const topic = `kept-${Date.now()}`
    await withRedis(all.REDIS_URL, (client) => client.set('kept', 'yes'))
    await query(all.DATABASE_URL, "CREATE TABLE kept (answer text); INSERT INTO kept VALUES ('yes')")
    await withAdmin(all.KAFKA_BROKERS, (admin) =>
      admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }),
    )
    await produce(all.KAFKA_BROKERS, topic, 'yes')

    for (const name of ENGINE_NAMES) {
      await all.control.kill(name)
      const { code, state } = await status(all.dir)
      assert.equal(code, 1)
      for (const other of ENGINE_NAMES)
        assert.equal(state(other), other === name ? 'down' : 'healthy', `${other}, ${name} killed`)
      await all.control.start(name)
      assert.equal((await status(all.dir)).code, 0, `${name} is back`)
    }

    assert.equal(await withRedis(all.REDIS_URL, (client) => client.get('kept')), 'yes')
    assert.deepEqual(await query(all.DATABASE_URL, 'SELECT answer FROM kept'), [{ answer: 'yes' }])
    assert.equal(await firstRecord(all.KAFKA_BROKERS, topic), 'yes')
    await query(all.DATABASE_URL, 'DROP TABLE kept')
    await withAdmin(all.KAFKA_BROKERS, (admin) => admin.deleteTopics({ topics: [topic] }))
    await withRedis(all.REDIS_URL, (client) => client.del('kept'))
  })

  test('the command stops and starts one engine', async () => {
    const down = await cluster('--data', all.dir, '--engine', 'redis', '--stop')
    assert.equal(down.code, 0, down.stderr)
    assert.match(down.stdout, /^Redis .* down$/m)
    const up = await cluster('--data', all.dir, '--engine', 'redis', '--start')
    assert.equal(up.code, 0, up.stderr)
    assert.match(up.stdout, /^Redis .* healthy/m)
  })

  test('an engine that dies is restarted, one that was stopped is not', async () => {
    const before = recordedProcess(all.dir, 'postgres')!
    await all.control.stop('redis')
    process.kill(before.pid, 'SIGKILL')
    await until('PostgreSQL is back', () => {
      const now = recordedProcess(all.dir, 'postgres')
      return now !== undefined && now.pid !== before.pid && isAlive(now)
    })
    await until('and healthy', async () => (await status(all.dir)).state('postgres') === 'healthy')
    assert.equal((await status(all.dir)).state('redis'), 'down')
    await all.control.start('redis')
  })
})

describe('a cluster of its own', () => {
  const dir = engineFolder()
  const start = (): ChildProcess =>
    launch(['--data', dir, '--ports', 'auto', '--json', '--while', String(process.pid)])
  after(async () => {
    await cluster('--data', dir, '--stop')
    rmSync(dir, { recursive: true, force: true })
  })

  test('it is found again after a kill -9 of its owner, and leaves no process when stopped', async () => {
    const first = start()
    const [line] = (await once(first.stdout!.setEncoding('utf8'), 'data')) as [string]
    const told = JSON.parse(line) as { REDIS_URL: string; pids: Record<string, number> }
    assert.deepEqual(Object.keys(told.pids), ['cluster', ...ENGINE_NAMES])
    await withRedis(told.REDIS_URL, (client) => client.set('kept', 'yes'))
    const before = ENGINE_NAMES.map((name) => recordedProcess(dir, name)!)
    first.kill('SIGKILL')
    await once(first, 'exit')
    assert.equal(runningCluster(dir), undefined)
    assert.ok(before.every(isAlive), 'the engines are orphans now')
    assert.equal((await status(dir)).code, 1, 'and no process watches them')

    const second = start()
    const errors = ranToEnd(second)
    await until('the second is ready', () => runningCluster(dir) !== undefined, 180_000)
    assert.ok(!before.some(isAlive), 'the orphans were stopped')
    assert.equal(runningCluster(dir)!.addresses.REDIS_URL, told.REDIS_URL)
    assert.equal(await withRedis(told.REDIS_URL, (client) => client.get('kept')), 'yes')

    const running = ENGINE_NAMES.map((name) => recordedProcess(dir, name)!)
    const backends = childrenOf(running.map(({ pid }) => pid))
    const stopped = await cluster('--data', dir, '--stop', '--json')
    assert.deepEqual(JSON.parse(stopped.stdout), { stopped: true })
    assert.equal((await errors).code, 0)
    assert.ok(![...running, ...backends].some(isAlive))
    assert.deepEqual(JSON.parse((await cluster('--data', dir, '--stop', '--json')).stdout), {
      stopped: false,
    })
  })

  test('a Ctrl-C during the start stops the started engines', async () => {
    const starting = start()
    const end = ranToEnd(starting)
    await until('one engine runs', () =>
      ENGINE_NAMES.some((name) => recordedProcess(dir, name) !== undefined),
    )
    const seen = ENGINE_NAMES.map((name) => recordedProcess(dir, name)).filter(
      (record) => record !== undefined,
    )
    starting.kill('SIGINT')
    assert.equal((await end).code, 0)
    assert.ok(!seen.some(isAlive))
    assert.ok(ENGINE_NAMES.every((name) => recordedProcess(dir, name) === undefined))
  })

  function childrenOf(pids: readonly number[]): readonly NonNullable<ReturnType<typeof recordOf>>[] {
    return pids
      .flatMap((pid) =>
        readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean),
      )
      .map((pid) => recordOf(Number(pid)))
      .filter((record) => record !== undefined)
  }
})
