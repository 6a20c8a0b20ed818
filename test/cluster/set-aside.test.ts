/**
 * Foreign records in `votes`, on a real broker, are set aside with their reason, and stop and count
 * nothing.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Producer } from '@platformatic/kafka'
import { partitionOf } from '../../src/adapters/kafka/partition.ts'
import { kafkaSetAside } from '../../src/adapters/kafka/set-aside-sink.ts'
import { kafkaVotesReader } from '../../src/adapters/kafka/votes-reader.ts'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import { sealer } from '../../src/adapters/node/sealer.ts'
import { systemTimer } from '../../src/adapters/node/timer.ts'
import type { MarkedBallot } from '../../src/core/election/choices.ts'
import { electionFrom } from '../../src/core/election/definition.ts'
import { formatVoteRecord } from '../../src/core/log/vote-record.ts'
import { votesLog } from '../../src/pipeline/votes/log.ts'
import { watchSetAside } from '../../src/pipeline/votes/set-aside.ts'
import type { Credential } from '../../src/ports/digest.ts'
import { partitionsHere } from '../../tools/engines/partitions.ts'
import { engines } from '../engines.ts'
import { openElectionFile } from '../server.ts'
import { clusterElection } from './cluster-store.ts'

const digest = nodeDigest()
const credentialOf = (voter: number) => digest.credential(`voter ${voter}`) as Credential
const marked = { choices: '[[1]]', districts: null } as unknown as MarkedBallot

test('forged, foreign and broken records are set aside once, ballots among them counted once', async () => {
  const running = await engines()
  const brokers = running.KAFKA_BROKERS.split(',')
  const issued = Array.from({ length: 20 }, (_, i) => ({ credential: credentialOf(i), district: i % 2 }))
  const { election, secret, sealKey, gateway } = await clusterElection(
    running,
    electionFrom(openElectionFile()),
    issued,
  )
  const one = await gateway()
  const cast = await one.box.cast(
    issued.slice(0, 10).map(({ credential }) => ({ credential, marked, retryMark: null })),
    null,
  )
  assert.ok(cast.every((outcome) => typeof outcome === 'object'))

  const seal = sealer(sealKey)
  const tagOf = tagger(secret)
  const keyOf = (voter: number) => Buffer.from(tagOf(credentialOf(voter)), 'latin1')
  const vote = (voter: number, changes: Partial<Parameters<typeof formatVoteRecord>[0]> = {}) => ({
    election: election.id,
    tagHex: keyOf(voter).toString('hex'),
    district: 'north',
    choices: '[[0]]',
    nonceHex: randomBytes(16).toString('hex'),
    retryHex: null,
    ...changes,
  })
  const partitions = partitionsHere()
  const home = (key: Buffer) => partitionOf(key, partitions)
  const honest = formatVoteRecord(vote(11), seal)
  const stranger = sealer(`seal-key-${'0'.repeat(64)}`)
  const records: { key: Buffer | null; value: Buffer | null; partition: number; reason: string | null }[] = [
    { key: null, value: null, partition: 0, reason: 'unreadable' },
    { key: Buffer.from('k'), value: randomBytes(300), partition: 1, reason: 'unreadable' },
    { key: null, value: Buffer.alloc(300_000, 'x'), partition: 2, reason: 'unreadable' },
    { key: null, value: Buffer.from('{"v":2,"election":"later"}'), partition: 0, reason: 'other-version' },
    {
      key: keyOf(12),
      value: Buffer.from(formatVoteRecord(vote(12), stranger)),
      partition: home(keyOf(12)),
      reason: 'bad-seal',
    },
    {
      key: keyOf(13),
      value: Buffer.from(formatVoteRecord(vote(12), seal)),
      partition: home(keyOf(13)),
      reason: 'wrong-key',
    },
    {
      key: keyOf(12),
      value: Buffer.from(formatVoteRecord(vote(12), seal)),
      partition: (home(keyOf(12)) + 1) % partitions,
      reason: 'wrong-partition',
    },
    {
      key: keyOf(12),
      value: Buffer.from(formatVoteRecord(vote(12, { district: 'nowhere' }), seal)),
      partition: home(keyOf(12)),
      reason: 'unknown-district',
    },
    {
      key: keyOf(12),
      value: Buffer.from(formatVoteRecord(vote(12, { choices: '[[9]]' }), seal)),
      partition: home(keyOf(12)),
      reason: 'unknown-choices',
    },
    {
      key: keyOf(99),
      value: Buffer.from(formatVoteRecord(vote(99), seal)),
      partition: home(keyOf(99)),
      reason: 'unissued-tag',
    },
    {
      key: keyOf(0),
      value: Buffer.from(formatVoteRecord(vote(0), seal)),
      partition: home(keyOf(0)),
      reason: 'duplicate-tag',
    },
    // A ballot and its resend: not set aside.
    { key: keyOf(11), value: Buffer.from(honest), partition: home(keyOf(11)), reason: null },
    { key: keyOf(11), value: Buffer.from(honest), partition: home(keyOf(11)), reason: null },
  ]
  const producer = new Producer<Buffer, Buffer>({ clientId: 'stranger', bootstrapBrokers: brokers })
  const placed = new Map<string, string>()
  for (const { key, value, partition, reason } of records) {
    const reported = await producer.send({
      acks: -1,
      messages: [{ topic: 'votes', partition, ...(key && { key }), ...(value && { value }) }],
    })
    if (reason !== null) placed.set(`${partition}:${reported.offsets![0]!.offset}`, reason)
  }
  await producer.close()

  const issuedTags = new Set(issued.map(({ credential }) => tagOf(credential)))
  const scan = {
    election,
    seal,
    isIssued: (tag: Parameters<typeof issuedTags.has>[0]) => issuedTags.has(tag),
  }
  const reader = kafkaVotesReader({ brokers })
  const reported = new Map<string, string>()
  const log = votesLog({
    ...scan,
    reader,
    end: null,
    onSetAside: (reason, partition, offset) => reported.set(`${partition}:${offset}`, reason),
  })
  await log.refresh()
  assert.equal(log.length(), 11)
  for (const [place, reason] of placed) assert.equal(reported.get(place), reason)

  // The watcher copies them, and a second one copies none of them again.
  const written = async () => {
    const sink = kafkaSetAside({ brokers })
    const places: string[] = []
    for await (const kept of sink.written())
      for (const { partition, offset, reason } of kept)
        if (placed.get(`${partition}:${offset}`) === reason) places.push(`${partition}:${offset}`)
    await sink.close()
    return places
  }
  const watch = async () => {
    const sink = kafkaSetAside({ brokers })
    const onFault = (cause: unknown) => assert.fail(String(cause))
    const watching = await watchSetAside({ elections: [scan], reader, sink, timer: systemTimer, onFault })
    return {
      ...watching,
      end: async () => {
        await watching.stop()
        await sink.close()
      },
    }
  }
  const first = await watch()
  while ((await written()).length < placed.size) await sleep(50)
  // It counts a record after Kafka has acknowledged it.
  while (![...placed.values()].every((reason) => first.counts().has(reason))) await sleep(50)
  await first.end()
  const second = await watch()
  assert.ok(second.counts().get('bad-seal')! >= 1, 'counts of earlier runs are known')
  const late = Buffer.from('late')
  const again = new Producer<Buffer, Buffer>({ clientId: 'stranger', bootstrapBrokers: brokers })
  const sent = await again.send({ acks: -1, messages: [{ topic: 'votes', partition: 2, value: late }] })
  await again.close()
  const latePlace = `2:${sent.offsets![0]!.offset}`
  placed.set(latePlace, 'unreadable')
  while (!(await written()).includes(latePlace)) await sleep(50)
  await second.end()
  const places = await written()
  assert.equal(new Set(places).size, places.length, 'nothing twice')
  assert.equal(places.length, placed.size)
  await reader.close()
  await one.dispose()
})
