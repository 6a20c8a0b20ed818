/**
 * The tally on a real Spark server, from a real Kafka: the start, end and take-over of queries and
 * checkpoints.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { filesIn, sealedAll, sparkTally, until } from './spark-tally.ts'
import { ballot, ballots, countsToBe, expectedCounts, newElection, record, send } from './spark-votes.ts'

const DRIVER = fileURLToPath(new URL('spark-driver.ts', import.meta.url))

const { site, drive, follow, cleanUp, checkpointsOf } = sparkTally()

test('of several sealed records with one tag the first counts, in one batch of many', async () => {
  const election = newElection('first')
  const sent = ballots(3000)
  const later = sent.map((one) => record(election, { ...one, choices: [[7], [7]] }))
  await send(site().KAFKA_BROKERS, [...sealedAll(election, sent), ...later])
  drive(election)
  await countsToBe(await follow(election), expectedCounts(election, sent))
})

test('a server of more cores counts in several tasks; one of fewer goes on from its checkpoint', async () => {
  const election = newElection('parts')
  const sent = ballots(1000)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(0, 600)))
  const before = drive(election, { statePartitions: 2 })
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 600)))
  await before.stop()
  await send(site().KAFKA_BROKERS, [
    ...sealedAll(election, sent.slice(600)),
    ...sent.map((one) => record(election, { ...one, choices: [[7], [7]] })),
  ])
  const driver = drive(election, { statePartitions: 1 })
  await countsToBe(reader, expectedCounts(election, sent))
  assert.deepEqual([driver.progress().recounts, driver.progress().problem], [0, null])
})

test('a checkpoint deleted while the tally is stopped causes a recount', async () => {
  const election = newElection('gone')
  const sent = ballots(900)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(0, 600)))
  const before = drive(election)
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 600)))
  await before.stop()
  const received = reader.received()
  rmSync(checkpointsOf(election), { recursive: true })
  drive(election)
  await until(
    'the tally writes again',
    () => reader.received() >= received + expectedCounts(election, sent.slice(0, 600)).size,
  )
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(600)))
  await countsToBe(reader, expectedCounts(election, sent))
})

test('a checkpoint deleted while the tally counts causes a recount', async () => {
  const election = newElection('taken')
  const sent = ballots(4000)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(0, 2000)))
  const driver = drive(election)
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 2000)))
  // In one step: Spark continues to write into a folder that is deleted file by file.
  renameSync(checkpointsOf(election), `${checkpointsOf(election)}.gone`)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(2000)))
  await countsToBe(reader, expectedCounts(election, sent))
  // A query that did not notice it yet does so when it restarts.
  await driver.stop()
  const again = drive(election)
  const last = ballot('d0', [[1], []])
  await send(site().KAFKA_BROKERS, [record(election, last)])
  await countsToBe(reader, expectedCounts(election, [...sent, last]))
  assert.deepEqual([driver.progress().state, again.progress().problem], ['stopped', null])
})

/** Possible damage to a checkpoint folder. */
const DAMAGES: Readonly<Record<string, (folder: string) => void>> = {
  'its files overwritten': (folder) => {
    for (const part of ['offsets', 'state'])
      for (const file of filesIn(join(folder, part))) writeFileSync(file, 'damaged')
  },
  'its id lost': (folder) => rmSync(join(folder, 'metadata')),
}
for (const [what, damage] of Object.entries(DAMAGES))
  test(`a checkpoint with ${what} is left as evidence, and Spark writes no seal key`, async () => {
    const election = newElection('damaged')
    const sent = ballots(900)
    await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(0, 600)))
    const before = drive(election)
    const reader = await follow(election)
    await countsToBe(reader, expectedCounts(election, sent.slice(0, 600)))
    await before.stop()
    const folder = join(checkpointsOf(election), '1')
    damage(folder)
    await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(600)))
    const driver = drive(election)
    await countsToBe(reader, expectedCounts(election, sent))
    await until('progress is reported', () => driver.progress().lastProgressAtMs !== null)
    assert.equal(driver.progress().recounts, 1, driver.events.join('\n'))
    assert.ok(existsSync(folder) && existsSync(join(checkpointsOf(election), '2')))
    const secret = election.sealKey.slice('seal-key-'.length)
    assert.ok(!driver.events.join('\n').includes(secret))
    assert.ok(!JSON.stringify(driver.progress()).includes(secret))
    // Its folder no longer changes.
    await driver.stop()
    const written = [...filesIn(checkpointsOf(election)), ...filesIn(join(site().dir, 'logs'))]
    assert.ok(written.length > 10)
    for (const file of written) assert.ok(!readFileSync(file).includes(secret), file)
  })

test('the next driver takes over the query of a killed one', async () => {
  const election = newElection('takeover')
  const sent = ballots(600)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(0, 300)))
  const child = spawn(process.execPath, [DRIVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...addresses(), ELECTION: election.id, SEAL_KEY: election.sealKey },
  })
  cleanUp(async () => child.kill('SIGKILL'))
  const runId = await startedRun(child)
  const reader = await follow(election)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 300)))
  child.kill('SIGKILL')
  await once(child, 'exit')
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(300)))
  await countsToBe(reader, expectedCounts(election, sent))
  const driver = drive(election)
  // A first attempt may fail on a busy machine.
  const attached = () => driver.events.find((event) => /^tally query (taken over|started) /.test(event))
  await until('it attaches to the query', () => attached() !== undefined)
  assert.match(attached()!, /^tally query taken over /)
  assert.ok(attached()!.includes(runId))
})

test('two drivers at once run one query', async () => {
  const election = newElection('pair')
  const sent = ballots(600)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent))
  const drivers = [drive(election), drive(election)]
  await countsToBe(await follow(election), expectedCounts(election, sent))
  await until('both count', () => drivers.every(({ progress }) => progress().state === 'counting'))
  const come = drivers.flatMap(({ events }) => events.filter((event) => /taken over|started \{/.test(event)))
  assert.equal(come.filter((event) => event.startsWith('tally query started')).length, 1, come.join('\n'))
  assert.equal(new Set(come.map((event) => /"runId":"([^"]+)"/.exec(event)?.[1])).size, 1)
})

test('another seal key ends the query with the old one', async () => {
  const election = newElection('rekeyed')
  const renewed = { ...election, sealKey: newElection('x').sealKey }
  await drive(election).leave()
  const sent = ballots(60)
  await send(site().KAFKA_BROKERS, sealedAll(renewed, sent))
  drive(renewed)
  await countsToBe(await follow(renewed), expectedCounts(renewed, sent))
})

function addresses() {
  const { SPARK_REMOTE, KAFKA_BROKERS, SPARK_CHECKPOINTS } = site()
  return { SPARK_REMOTE, KAFKA_BROKERS, SPARK_CHECKPOINTS }
}

async function startedRun(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = JSON.parse(line) as { message: string; runId?: string }
    if (event.message === 'tally query started') return event.runId!
  }
  throw new Error('the driver ended')
}
