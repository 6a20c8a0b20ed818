/**
 * The tally on a real Spark server, from a real Kafka: what counts, what does not, and what may
 * break.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, afterEach, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../src/adapters/node/clock.ts'
import { startTallyQuery, type TallyQuerySettings } from '../../src/adapters/spark/tally-query.ts'
import type { TallyEngine } from '../../src/ports/tally-engine.ts'
import { type Engines, engines } from '../engines.ts'
import {
  ballot,
  ballots,
  type CountsReader,
  countsToBe,
  type Election,
  expectedCounts,
  followCounts,
  type KafkaRecord,
  newElection,
  record,
  sealedBody,
  send,
} from './spark-votes.ts'

const DRIVER = fileURLToPath(new URL('spark-driver.ts', import.meta.url))

let site: Engines
const cleanups: (() => Promise<unknown>)[] = []
before(async () => {
  site = await engines()
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
after(async () => {
  await site.control.start('kafka')
  await site.control.start('spark')
})

interface Driver extends TallyEngine {
  readonly events: string[]
}

function drive(election: Election, changes: Partial<TallyQuerySettings> = {}): Driver {
  const events: string[] = []
  const engine = startTallyQuery({
    remote: site.SPARK_REMOTE,
    kafka: { brokers: site.KAFKA_BROKERS.split(',') },
    electionId: election.id,
    sealKey: election.sealKey,
    checkpoints: site.SPARK_CHECKPOINTS,
    clock: systemClock,
    pollMs: 200,
    log: (_level, message, details) => events.push(`${message} ${JSON.stringify(details)}`),
    ...changes,
  })
  cleanups.push(() => engine.stop())
  return { ...engine, events }
}

async function follow(election: Election, onCount?: () => void): Promise<CountsReader> {
  const reader = await followCounts(site.KAFKA_BROKERS, election.id, onCount)
  cleanups.push(() => reader.close())
  return reader
}

async function until(what: string, holds: () => boolean, limitMs = 120_000): Promise<void> {
  const untilMs = performance.now() + limitMs
  while (!holds()) {
    assert.ok(performance.now() < untilMs, `waited in vain: ${what}`)
    await sleep(20)
  }
}

const checkpointsOf = (election: Election) => join(site.SPARK_CHECKPOINTS, election.id)
const sealedAll = (election: Election, sent: Parameters<typeof expectedCounts>[1]): KafkaRecord[] =>
  sent.map((one) => record(election, one))

test('counts what was cast, once, and nothing else', async () => {
  const election = newElection('valid')
  const other = newElection('other')
  const sent = ballots(500)
  const [first, second, third] = [ballot('d0', [[4], []]), ballot('d1', [[], []]), ballot('d2', [[1], [2]])]
  const wrongKey = { ...election, sealKey: newElection('x').sealKey }
  const fresh = () => ballot('d0', [[1], [1]])
  const body = (rest: string, tag: Buffer) =>
    `{"v":1,"election":"${election.id}","tag":"${tag.toString('hex')}",${rest}`
  const malformed = [
    '"district":"d0","choices":null',
    '"district":"d0","choices":[[2],"x"]',
    '"district":"d0","choices":[["a"]]',
    '"district":"d0","choices":[[2.5]]',
    '"district":"d0","choices":[[99999999999]]',
    '"district":"d0","choices":[null]',
    '"district":"D 0","choices":[[1]]',
    '"district":null,"choices":[[1]]',
    '"choices":[[1]]',
    `"district":"d0","choices":${'['.repeat(3000)}`,
    '"district":"d0","choices":[[1]',
  ].map((rest) => {
    const { tag } = fresh()
    return { key: tag, value: sealedBody(election, body(rest, tag)) }
  })
  const twice = record(election, first)
  const garbage: KafkaRecord[] = [
    { key: randomBytes(32), value: null },
    { key: Buffer.alloc(0), value: Buffer.alloc(0) },
    { key: randomBytes(32), value: Buffer.from('{') },
    { key: randomBytes(32), value: Buffer.from([0xff, 0xfe, 0xc0, 0x80]) },
    { key: randomBytes(32), value: randomBytes(900_000) },
    { key: randomBytes(32), value: Buffer.from(`${' '.repeat(300_000)},"seal":"${'0'.repeat(32)}"}`) },
    { key: randomBytes(3), value: record(election, fresh()).value },
    { key: randomBytes(32), value: record(election, fresh()).value },
    record(wrongKey, fresh()),
    record(election, fresh(), { v: 2 }),
    record(election, fresh(), { v: '1' }),
    record(election, fresh(), { election: other.id }),
    record(other, fresh()),
    ...malformed,
  ]
  await send(site.KAFKA_BROKERS, [
    ...sealedAll(election, sent.slice(0, 250)),
    ...garbage,
    twice,
    twice,
    record(wrongKey, { ...first, choices: [[9], []] }),
    record(election, { ...first, choices: [[3], []] }),
    record(wrongKey, second),
    record(election, second),
    ...sealedAll(election, sent.slice(250)),
  ])
  const driver = drive(election)
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, [...sent, first, second]))
  // In later batches as in one batch, and the query is still the one that began.
  await send(site.KAFKA_BROKERS, [
    twice,
    record(election, { ...second, choices: [[9], []] }),
    ...garbage,
    record(election, third),
  ])
  await countsToBe(reader, expectedCounts(election, [...sent, first, second, third]))
  // One per ballot and one per number.
  await until('progress tells it all', () => driver.progress().stateRows === 503 + reader.last.size)
  const { state, recordsBehind, restarts, recounts } = driver.progress()
  assert.deepEqual(
    { state, recordsBehind, restarts, recounts },
    { state: 'counting', recordsBehind: 0, restarts: 0, recounts: 0 },
  )
})

test('the first of several sealed records with one tag counts, in one batch of many', async () => {
  const election = newElection('first')
  const sent = ballots(3000)
  const later = sent.map((one) => record(election, { ...one, choices: [[7], [7]] }))
  await send(site.KAFKA_BROKERS, [...sealedAll(election, sent), ...later])
  drive(election)
  await countsToBe(await follow(election), expectedCounts(election, sent))
})

test('a server of more cores counts in several tasks, and one of fewer goes on from its checkpoint', async () => {
  const election = newElection('parts')
  const sent = ballots(1000)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(0, 600)))
  const before = drive(election, { statePartitions: 2 })
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 600)))
  await before.stop()
  await send(site.KAFKA_BROKERS, [
    ...sealedAll(election, sent.slice(600)),
    ...sent.map((one) => record(election, { ...one, choices: [[7], [7]] })),
  ])
  const driver = drive(election, { statePartitions: 1 })
  await countsToBe(reader, expectedCounts(election, sent))
  assert.deepEqual([driver.progress().recounts, driver.progress().problem], [0, null])
})

test('kill -9 of the Spark server in mid-stream', async () => {
  const election = newElection('kill')
  const sent = ballots(30_000)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(0, 15_000)))
  const driver = drive(election, { maxRecordsPerBatch: 10_000 })
  const reader = await follow(election)
  await until('it counts', () => reader.told() > 0)
  await site.control.kill('spark')
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(15_000)))
  await until('it fails', () => driver.progress().state === 'failing' || driver.progress().restarts > 0)
  await site.control.start('spark')
  await countsToBe(reader, expectedCounts(election, sent))
  assert.equal(driver.progress().recounts, 0)
  assert.ok(driver.progress().restarts >= 1)
})

test('a checkpoint deleted while stopped is a recount', async () => {
  const election = newElection('gone')
  const sent = ballots(900)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(0, 600)))
  const before = drive(election)
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 600)))
  await before.stop()
  const told = reader.told()
  rmSync(checkpointsOf(election), { recursive: true })
  drive(election)
  await until(
    'it tells again',
    () => reader.told() >= told + expectedCounts(election, sent.slice(0, 600)).size,
  )
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(600)))
  await countsToBe(reader, expectedCounts(election, sent))
})

test('a checkpoint deleted while it counts is a recount', async () => {
  const election = newElection('taken')
  const sent = ballots(4000)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(0, 2000)))
  const driver = drive(election)
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 2000)))
  // In one step: Spark goes on writing into what is being deleted file by file.
  renameSync(checkpointsOf(election), `${checkpointsOf(election)}.gone`)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(2000)))
  await countsToBe(reader, expectedCounts(election, sent))
  // A query that did not notice yet does so when it is started again.
  await driver.stop()
  const again = drive(election)
  const last = ballot('d0', [[1], []])
  await send(site.KAFKA_BROKERS, [record(election, last)])
  await countsToBe(reader, expectedCounts(election, [...sent, last]))
  assert.deepEqual([driver.progress().state, again.progress().problem], ['stopped', null])
})

/** What may become of a checkpoint folder. */
const DAMAGES: Readonly<Record<string, (folder: string) => void>> = {
  'its files overwritten': (folder) => {
    for (const part of ['offsets', 'state'])
      for (const file of filesIn(join(folder, part))) writeFileSync(file, 'damaged')
  },
  'its id lost': (folder) => rmSync(join(folder, 'metadata')),
}
for (const [what, damage] of Object.entries(DAMAGES))
  test(`a damaged checkpoint, ${what}, is left as evidence, and no seal key is seen in what Spark writes`, async () => {
    const election = newElection('damaged')
    const sent = ballots(900)
    await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(0, 600)))
    const before = drive(election)
    const reader = await follow(election)
    await countsToBe(reader, expectedCounts(election, sent.slice(0, 600)))
    await before.stop()
    const folder = join(checkpointsOf(election), '1')
    damage(folder)
    await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(600)))
    const driver = drive(election)
    await countsToBe(reader, expectedCounts(election, sent))
    await until('progress is told', () => driver.progress().lastProgressAtMs !== null)
    assert.equal(driver.progress().recounts, 1, driver.events.join('\n'))
    assert.ok(existsSync(folder) && existsSync(join(checkpointsOf(election), '2')))
    const secret = election.sealKey.slice('seal-key-'.length)
    assert.ok(!driver.events.join('\n').includes(secret))
    assert.ok(!JSON.stringify(driver.progress()).includes(secret))
    // Its folder stands still now.
    await driver.stop()
    const written = [...filesIn(checkpointsOf(election)), ...filesIn(join(site.dir, 'logs'))]
    assert.ok(written.length > 10)
    for (const file of written) assert.ok(!readFileSync(file).includes(secret), file)
  })

test('a driver that was killed is followed by one that takes its query over', async () => {
  const election = newElection('takeover')
  const sent = ballots(600)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(0, 300)))
  const child = spawn(process.execPath, [DRIVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...addresses(), ELECTION: election.id, SEAL_KEY: election.sealKey },
  })
  cleanups.push(async () => child.kill('SIGKILL'))
  const runId = await startedRun(child)
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 300)))
  child.kill('SIGKILL')
  await once(child, 'exit')
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(300)))
  await countsToBe(reader, expectedCounts(election, sent))
  const driver = drive(election)
  await until('it comes to the query', () => driver.events.length > 0)
  assert.match(driver.events[0]!, /^tally query taken over /)
  assert.ok(driver.events[0]!.includes(runId))
})

test('two drivers at once run one query', async () => {
  const election = newElection('pair')
  const sent = ballots(600)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent))
  const drivers = [drive(election), drive(election)]
  await countsToBe(await follow(election), expectedCounts(election, sent))
  await until('both count', () => drivers.every(({ progress }) => progress().state === 'counting'))
  const come = drivers.flatMap(({ events }) => events.filter((event) => /taken over|started \{/.test(event)))
  assert.equal(come.filter((event) => event.startsWith('tally query started')).length, 1, come.join('\n'))
  assert.equal(new Set(come.map((event) => /"runId":"([^"]+)"/.exec(event)?.[1])).size, 1)
})

test('another seal key ends the query that has the old one', async () => {
  const election = newElection('rekeyed')
  const renewed = { ...election, sealKey: newElection('x').sealKey }
  await drive(election).leave()
  const sent = ballots(60)
  await send(site.KAFKA_BROKERS, sealedAll(renewed, sent))
  drive(renewed)
  await countsToBe(await follow(renewed), expectedCounts(renewed, sent))
})

test('Kafka stopped for five seconds', async () => {
  const election = newElection('broker')
  const sent = ballots(2000)
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(0, 1000)))
  const driver = drive(election)
  const reader = await followCounts(site.KAFKA_BROKERS, election.id)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 1000)))
  await reader.close()
  await site.control.stop('kafka')
  await sleep(5000)
  await site.control.start('kafka')
  await send(site.KAFKA_BROKERS, sealedAll(election, sent.slice(1000)))
  await countsToBe(await follow(election), expectedCounts(election, sent))
  assert.equal(driver.progress().recounts, 0, driver.events.join('\n'))
})

test('a ballot is counted well within two seconds, and thousands a second', async (t: TestContext) => {
  const election = newElection('speed')
  let heard = () => {}
  const reader = await follow(election, () => heard())
  const driver = drive(election)
  const sent = ballots(40_020)
  const latenciesMs: number[] = []
  for (const [i, one] of sent.slice(0, 20).entries()) {
    const counted = new Promise<void>((resolve) => {
      heard = resolve
    })
    const fromMs = performance.now()
    await send(site.KAFKA_BROKERS, [record(election, one)])
    await counted
    // The first waits for the query to start.
    if (i > 4) latenciesMs.push(performance.now() - fromMs)
    await sleep(53 * (i % 7))
  }
  latenciesMs.sort((a, b) => a - b)
  const many = sealedAll(election, sent.slice(20))
  await driver.stop()
  await send(site.KAFKA_BROKERS, many)
  const again = drive(election)
  heard = () => {}
  const fromMs = performance.now()
  await countsToBe(reader, expectedCounts(election, sent))
  const tookMs = performance.now() - fromMs
  await until('progress is told', () => again.progress().recordsBehind === 0)
  const median = latenciesMs[latenciesMs.length >> 1]!
  const stateBytes = filesIn(checkpointsOf(election)).reduce(
    (sum, file) => sum + readFileSync(file).length,
    0,
  )
  t.diagnostic(
    `record to count: p50 ${Math.round(median)} ms, longest ${Math.round(latenciesMs.at(-1)!)} ms; ` +
      `40,000 ballots in ${Math.round(tookMs)} ms from the start of the query; ` +
      `checkpoint ${Math.round(stateBytes / sent.length)} bytes per ballot`,
  )
  assert.ok(median < 2000, `median ${median} ms`)
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function addresses() {
  const { SPARK_REMOTE, KAFKA_BROKERS, SPARK_CHECKPOINTS } = site
  return { SPARK_REMOTE, KAFKA_BROKERS, SPARK_CHECKPOINTS }
}

async function startedRun(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = JSON.parse(line) as { message: string; runId?: string }
    if (event.message === 'tally query started') return event.runId!
  }
  throw new Error('the driver ended')
}
