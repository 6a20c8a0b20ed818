/**
 * The product on a cluster with separate roles and two gateways: voting, watching, foreign records
 * in the log, recounts, the close.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, type TestContext, test } from 'node:test'
import { Producer } from '@platformatic/kafka'
import { electionDir } from '../../src/adapters/embedded/layout.ts'
import { partitionOf } from '../../src/adapters/kafka/partition.ts'
import { nodeDigest } from '../../src/adapters/node/digest.ts'
import { credentialPrefix, credentialText } from '../../src/core/election/credential.ts'
import { VOTES } from '../../src/core/log/topics.ts'
import { formatVoteRecord } from '../../src/core/log/vote-record.ts'
import { clusterSecrets } from '../../src/organise/cluster/cluster-election.ts'
import { partitionsHere } from '../../tools/engines/partitions.ts'
import { putForward } from '../moved-clock.ts'
import type { Key } from '../server.ts'
import {
  assertBooks,
  type ClusterElection,
  type ClusterServer,
  castVote,
  LIMIT_MS,
  type Product,
  product,
  results,
  until,
  watch,
} from './cluster-server.ts'

/** From the start of the file to the close of the election that closes. */
const CLOSES_AFTER_MS = 600_000
const clock = putForward()
const CROWD = 1_200
const WATCHED = 12

let on: Product
let election: ClusterElection
let closing: ClusterElection
let closesAtMs: number
let gateways: [ClusterServer, ClusterServer]
let everything: ClusterServer[]
const early: Key[] = []
const voters: Key[] = []
let ballots = 0

const bodyOf = async (answer: Response) =>
  (await answer.json()) as { readonly tracker?: string; readonly code?: string }

const wrongIn = (doctor: string): string[] =>
  (JSON.parse(doctor) as { diagnoses: { findings: { wrong?: string }[] }[] }).diagnoses.flatMap(
    ({ findings }) => findings.flatMap(({ wrong }) => wrong ?? []),
  )

before(async () => {
  on = await product(clock)
  election = await on.init(2_000)
  closesAtMs = Date.now() + CLOSES_AFTER_MS
  closing = await on.init(40, { closes_at: new Date(closesAtMs).toISOString(), results: 'after-close' })
  const servers = await Promise.all([
    on.serve('gateway'),
    on.serve('gateway'),
    on.serve('tally'),
    on.serve('results'),
  ])
  gateways = [servers[0]!, servers[1]!]
  everything = servers
  // This comes before anything slow, because the election closes.
  early.push(...closing.take(20))
  for (const [i, key] of early.entries())
    assert.equal((await castVote(gateways[i % 2]!.url, closing.id, key, i < 15 ? 'ada' : 'alan')).status, 201)
})
after(() => on.end())

test('a crowd votes over two gateways, with double votes, wrong keys and retries', async () => {
  const run = await on.cliWithoutData(
    'simulate',
    ...['--cluster', '--election', election.id, '--keys', election.keysFile, '--limit', String(CROWD)],
    ...gateways.flatMap(({ url }) => ['--url', url]),
    ...['--double', '5%', '--wrong', '4%', '--retry', '5%', '--unknown-candidate', '2%', '--malformed', '2%'],
    ...['--seed', '7', '--patience', '180', '--json'],
  )
  assert.equal(run.code, 0, run.stdout + run.stderr)
  const { totals, sentByKind, reconciliation } = JSON.parse(run.stdout)
  assert.equal(totals.accepted, CROWD)
  assert.equal(totals.refused['key-already-used'], sentByKind.double)
  assert.equal(totals.refused['unknown-key'], sentByKind.wrong)
  assert.equal(totals.repeated, sentByKind.retry)
  for (const kind of ['double', 'wrong', 'retry']) assert.ok(sentByKind[kind] > 20, kind)
  const elsewhere = `${new URL(gateways[1].url).host} counts the same`
  assert.ok(reconciliation.lines.some(({ what }: { what: string }) => what === elsewhere))
  voters.push(...election.take(CROWD))
  ballots += CROWD
  await assertBooks(on, gateways, election, ballots)
})

test('a key used at one gateway is used at the other, and its receipt is the same there', async () => {
  const [key] = election.take(1)
  const first = await castVote(gateways[0].url, election.id, key!, 'ada', 'attempt')
  assert.equal(first.status, 201)
  ballots++
  const again = await castVote(gateways[1].url, election.id, key!, 'ada', 'attempt')
  assert.equal(again.status, 201)
  assert.equal((await bodyOf(again)).tracker, (await bodyOf(first)).tracker)
  const other = await castVote(gateways[1].url, election.id, key!, 'alan', 'another-attempt')
  assert.deepEqual([other.status, (await bodyOf(other)).code], [409, 'key-already-used'])
})

test('a vote at either gateway is on both dashboards within three seconds', async (t: TestContext) => {
  const seen = [0, 0]
  const watching = gateways.map((gateway, i) =>
    watch(gateway, election, ({ cast }) => {
      seen[i] = cast
    }),
  )
  await until('both streams', () => seen.every((cast) => cast === ballots))
  const delaysMs: number[] = []
  for (const [i, key] of election.take(WATCHED).entries()) {
    const answer = await castVote(gateways[i % 2]!.url, election.id, key, 'grace')
    assert.equal(answer.status, 201)
    const acknowledgedMs = performance.now()
    ballots++
    for (const [side, gateway] of gateways.entries())
      await until(`ballot ${ballots} at ${gateway.url}`, () => seen[side]! >= ballots, LIMIT_MS, 5)
    delaysMs.push(performance.now() - acknowledgedMs)
  }
  await Promise.all(watching.map(({ close }) => close()))
  delaysMs.sort((a, b) => a - b)
  const [median, longest] = [delaysMs[delaysMs.length >> 1]!, delaysMs.at(-1)!]
  t.diagnostic(
    `acknowledged to both dashboards: median ${Math.round(median)} ms, longest ${Math.round(longest)} ms`,
  )
  assert.ok(longest <= 3_000, `${Math.round(longest)} ms`)
})

test('doctor finds nothing', async () => {
  const doctor = await on.cli('doctor', '--json')
  assert.deepEqual(wrongIn(doctor.stdout), [], doctor.stderr)
  assert.equal(doctor.code, 0)
  const { diagnoses } = JSON.parse(doctor.stdout)
  assert.deepEqual(diagnoses.map(({ election }: { election: string }) => election).sort(), [
    '(engines)',
    ...[election.id, closing.id].sort(),
  ])
})

test('foreign records in votes are set aside and shown, and stop and count nothing', async () => {
  const { seal, tagOf } = clusterSecrets(electionDir(on.dataDir, election.id))
  const digest = nodeDigest()
  const prefix = credentialPrefix(election.id)
  const keyOf = ({ personal_id, guid }: Key) =>
    Buffer.from(tagOf(digest.credential(credentialText(prefix, personal_id, guid))), 'latin1')
  const record = (key: Buffer, changes = {}) =>
    formatVoteRecord(
      {
        election: election.id,
        tagHex: key.toString('hex'),
        district: 'north',
        choices: '[[2]]',
        nonceHex: randomBytes(16).toString('hex'),
        retryHex: null,
        ...changes,
      },
      seal,
    )
  const used = keyOf(voters[0]!)
  const unused = keyOf(election.take(1)[0]!)
  const setAside = async () =>
    (await results(gateways[1].url, election.id)).pipeline!.log_watch?.state.set_aside ?? {}
  const before = await until('the watch of the log', async () => {
    const { log_watch } = (await results(gateways[1].url, election.id)).pipeline!
    return log_watch?.state.set_aside
  })
  const partitions = partitionsHere()
  const strange: [reason: string, key: Buffer, value: Buffer][] = [
    ['unreadable', randomBytes(9), randomBytes(300)],
    ['unreadable', unused, Buffer.from('{}')],
    ['other-version', unused, Buffer.from(record(unused).replace('{"v":1,', '{"v":2,'))],
    ['bad-seal', unused, Buffer.from(record(unused).replace('[[2]]', '[[1]]'))],
    ['duplicate-tag', used, Buffer.from(record(used))],
    ['unknown-district', unused, Buffer.from(record(unused, { district: 'atlantis' }))],
  ]
  const stranger = new Producer<Buffer, Buffer>({
    clientId: 'stranger',
    bootstrapBrokers: on.env.KAFKA_BROKERS!.split(','),
  })
  try {
    await stranger.send({
      acks: -1,
      messages: strange.map(([, key, value]) => ({
        topic: VOTES,
        key,
        value,
        partition: partitionOf(key, partitions),
      })),
    })
  } finally {
    await stranger.close(true)
  }
  const expected: Record<string, number> = { ...before }
  for (const [reason] of strange) expected[reason] = (expected[reason] ?? 0) + 1
  const now = await until('all of them set aside', async () => {
    const counts = await setAside()
    return strange.every(([reason]) => (counts[reason] ?? 0) >= expected[reason]!) && counts
  })
  for (const [reason] of strange) assert.equal(now[reason], expected[reason], reason)
  const total = Object.values(now).reduce((sum, records) => sum + records, 0)
  await until('the metrics of the other gateway', async () => {
    const metrics = await (await fetch(`${gateways[0].url}/metrics`)).text()
    const shown = metrics.match(`elections_set_aside_records\\{election="${election.id}"\\} (\\d+)`)
    return Number(shown?.[1]) >= total
  })
  for (const [i, key] of election.take(10).entries()) {
    assert.equal((await castVote(gateways[i % 2]!.url, election.id, key, 'alan')).status, 201)
    ballots++
  }
  await assertBooks(on, gateways, election, ballots)
})

test('exports are the bytes of /results.*; doctor reports that somebody else has the secret', async () => {
  const [exported, csv, doctor] = await Promise.all([
    on.cli('export', '--election', election.id, '--format', 'json'),
    on.cli('export', '--election', election.id, '--format', 'csv'),
    on.cli('doctor', '--json'),
  ])
  for (const { url } of gateways) {
    // Its text() would remove the byte order mark.
    const of = async (name: string) =>
      Buffer.from(await (await fetch(`${url}/elections/${election.id}/${name}`)).arrayBuffer()).toString()
    assert.equal(await of('results.json'), exported.stdout)
    assert.equal(await of('results.csv'), csv.stdout)
  }
  assert.equal(doctor.code, 1, doctor.stdout + doctor.stderr)
  assert.deepEqual(wrongIn(doctor.stdout), [
    'records not counted, although sealed with the election secret: 1 × duplicate-tag, 1 × unknown-district',
  ])
})

test('both gateways notice the close: no more votes, and results for after the close', async () => {
  const late = closing.take(2)
  for (const { url } of gateways)
    assert.equal((await fetch(`${url}/elections/${closing.id}/results.json`)).status, 403)
  clock.to(closesAtMs)
  for (const { url } of gateways)
    await until(`the end at ${url}`, async () => (await results(url, closing.id)).phase === 'closed')
  for (const [i, { url }] of gateways.entries()) {
    const refused = await castVote(url, closing.id, late[i]!, 'grace')
    assert.deepEqual([refused.status, (await bodyOf(refused)).code], [403, 'polls-closed'])
    assert.equal((await results(url, closing.id)).phase, 'closed')
  }
  // Results after the close begin with the checkpoint that has every ballot.
  for (const { url } of gateways)
    await until(`the close of the log at ${url}`, async () => (await results(url, closing.id)).log?.closed)
  await assertBooks(on, gateways, closing, early.length)
  const now = await results(gateways[1].url, closing.id)
  assert.deepEqual(
    now.contests![0]!.options.map(({ votes }) => votes),
    [15, 0, 5],
  )
})

test('every role ends in order, and no key was written to any log file', async () => {
  const codes = await Promise.all(everything.map((server) => server.stop()))
  const ends = codes.map((code, i) =>
    code === 0 ? '' : `${everything[i]!.role}: ${code}, ${everything[i]!.stderr().slice(-2000)}`,
  )
  assert.equal(ends.join(''), '')
  const written = everything.map((server) => server.stderr()).join('')
  for (const { personal_id, guid } of voters) assert.ok(!written.includes(guid), personal_id)
})
