/**
 * The tally on a real Spark server, from a real Kafka: which records count, and unavailable
 * engines.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { filesIn, sealedAll, sparkTally, until } from './spark-tally.ts'
import {
  ballot,
  ballots,
  countsToBe,
  expectedCounts,
  followCounts,
  type KafkaRecord,
  newElection,
  record,
  sealedBody,
  send,
} from './spark-votes.ts'

const { site, drive, follow, checkpointsOf } = sparkTally()
after(async () => {
  await site().control.start('kafka')
  await site().control.start('spark')
})

test('every cast ballot counts once, and nothing else counts', async () => {
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
  await send(site().KAFKA_BROKERS, [
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
  // The same holds for later batches, and the query is still the first one.
  await send(site().KAFKA_BROKERS, [
    twice,
    record(election, { ...second, choices: [[9], []] }),
    ...garbage,
    record(election, third),
  ])
  await countsToBe(reader, expectedCounts(election, [...sent, first, second, third]))
  // One row per ballot and one per number.
  await until('progress has all rows', () => {
    const { state, recordsBehind, stateRows } = driver.progress()
    return state === 'counting' && recordsBehind === 0 && stateRows === 503 + reader.last.size
  })
  const { restarts, recounts } = driver.progress()
  assert.deepEqual({ restarts, recounts }, { restarts: 0, recounts: 0 }, driver.events.join('\n'))
})

test('after kill -9 of the Spark server the count continues', async () => {
  const election = newElection('kill')
  const sent = ballots(30_000)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(0, 15_000)))
  const driver = drive(election, { maxRecordsPerBatch: 10_000 })
  const reader = await follow(election)
  await until('it counts', () => reader.received() > 0)
  await site().control.kill('spark')
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(15_000)))
  await until('it fails', () => driver.progress().state === 'failing' || driver.progress().restarts > 0)
  await site().control.start('spark')
  await countsToBe(reader, expectedCounts(election, sent))
  assert.equal(driver.progress().recounts, 0)
  assert.ok(driver.progress().restarts >= 1)
})

test('after Kafka was stopped for five seconds the count continues', async () => {
  const election = newElection('broker')
  const sent = ballots(2000)
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(0, 1000)))
  const driver = drive(election)
  const reader = await followCounts(site().KAFKA_BROKERS, election.id)
  await countsToBe(reader, expectedCounts(election, sent.slice(0, 1000)))
  await reader.close()
  await site().control.stop('kafka')
  await sleep(5000)
  await site().control.start('kafka')
  await send(site().KAFKA_BROKERS, sealedAll(election, sent.slice(1000)))
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
    await send(site().KAFKA_BROKERS, [record(election, one)])
    await counted
    // The first waits for the query to start.
    if (i > 4) latenciesMs.push(performance.now() - fromMs)
    await sleep(53 * (i % 7))
  }
  latenciesMs.sort((a, b) => a - b)
  const many = sealedAll(election, sent.slice(20))
  await driver.stop()
  await send(site().KAFKA_BROKERS, many)
  const again = drive(election)
  heard = () => {}
  const fromMs = performance.now()
  await countsToBe(reader, expectedCounts(election, sent))
  const tookMs = performance.now() - fromMs
  await until('progress is reported', () => again.progress().recordsBehind === 0)
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
