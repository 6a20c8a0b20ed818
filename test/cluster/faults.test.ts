/**
 * The cluster's ballot box while its engines and gateways die, each under load and with a count
 * afterwards.
 */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { kafkaAppend } from '../../src/adapters/kafka/ballot-append.ts'
import { nodeDigest } from '../../src/adapters/node/digest.ts'
import type { MarkedBallot } from '../../src/core/election/choices.ts'
import { electionFrom } from '../../src/core/election/definition.ts'
import type { BallotBox, CastBallot, CastOutcome } from '../../src/ports/ballot-box.ts'
import type { Credential } from '../../src/ports/digest.ts'
import { type Engines, engines } from '../engines.ts'
import { openElectionFile } from '../server.ts'
import { type ClusterElection, clusterElection, type Gateway } from './cluster-store.ts'
import type { DoomedOrder, DoomedWord } from './doomed-gateway.ts'

const election = electionFrom(openElectionFile())
const digest = nodeDigest()
const credentialOf = (voter: number) => digest.credential(`voter ${voter}`) as Credential
const issued = (voters: number) =>
  Array.from({ length: voters }, (_, i) => ({ credential: credentialOf(i), district: i % 2 }))
const marked = { choices: '[[1]]', districts: null } as unknown as MarkedBallot
const ballot = (voter: number, attempt = 'attempt'): CastBallot => ({
  credential: credentialOf(voter),
  marked,
  retryMark: digest.retryMark(credentialOf(voter), attempt),
})
const isRecorded = (outcome: CastOutcome | undefined) => typeof outcome === 'object'
const QUICK = { sweepAfterMs: 1_500, sweepEveryMs: 200 } as const
const MAY_PASS = ['storage-unavailable', 'outcome-unknown']

/** Closes the gateways whether or not the test succeeds. */
async function withElection(
  voters: number,
  body: (cluster: ClusterElection, running: Engines) => Promise<void>,
): Promise<void> {
  const running = await engines()
  const cluster = await clusterElection(running, election, issued(voters))
  const opened: Gateway[] = []
  const gateway: ClusterElection['gateway'] = async (changes) => {
    const gateway = await cluster.gateway(changes)
    opened.push(gateway)
    return gateway
  }
  try {
    await body({ ...cluster, gateway }, running)
  } finally {
    for (const { dispose } of opened) await dispose()
  }
}

/** At a quiet moment the log has as many ballots as keys are used. */
async function assertBalanced({ box, log, keys, settled }: Gateway, expected: number): Promise<void> {
  await box.quiet()
  await settled()
  let replayed = 0
  for await (const groups of log.replay()) for (const { times } of groups) replayed += times
  const { used, reserved } = await keys.count()
  assert.deepEqual(
    { replayed, length: log.length(), used, reserved },
    { replayed: expected, length: expected, used: expected, reserved: 0 },
  )
}

/**
 * Every voter casts; after an uncertain answer they retry later, with the same mark, at another
 * gateway.
 */
async function castAll(
  boxes: readonly BallotBox[],
  voters: number,
  onAnswer: (outcome: CastOutcome) => void = () => {},
): Promise<CastOutcome[]> {
  const AT_ONCE = 100
  const outcomes = new Array<CastOutcome>(voters)
  const queue = Array.from({ length: voters }, (_, who) => ({ who, attempt: 0 }))
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { who, attempt } = next
      const [outcome] = await boxes[(who + attempt) % boxes.length]!.cast([ballot(who)], null)
      onAnswer(outcome!)
      outcomes[who] = outcome!
      if (!MAY_PASS.includes(outcome as string)) continue
      queue.push({ who, attempt: attempt + 1 })
      await sleep(100)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return outcomes
}

test('of many casts of one key through two gateways, one is recorded', () =>
  withElection(50, async ({ gateway }) => {
    const [one, two] = [await gateway(), await gateway()]
    const casts = Array.from({ length: 20 }, (_, round) =>
      Promise.all(
        [one, two].map(({ box }, side) =>
          box.cast(
            Array.from({ length: 50 }, (_, voter) => ballot(voter, `side ${side} round ${round}`)),
            null,
          ),
        ),
      ),
    )
    const outcomes = (await Promise.all(casts)).flat(2)
    assert.equal(outcomes.filter(isRecorded).length, 50)
    assert.equal(outcomes.filter((outcome) => outcome === 'key-already-used').length, 39 * 50)
    await assertBalanced(one, 50)
    // The other gateway returns the receipts of the first.
    const again = await two.box.cast([ballot(0, 'side 0 round 0')], 'polls-closed')
    assert.ok(isRecorded(again[0]) || again[0] === 'key-already-used')
  }))

for (const at of ['after-reserve', 'after-append'] as const)
  test(`another gateway finishes the work of one killed ${at}`, () =>
    withElection(200, async ({ gateway, election, secret }, running) => {
      const doomed = fork(new URL('./doomed-gateway.ts', import.meta.url), {
        env: { ...process.env, ELECTIONS_FAULT: at },
        execArgv: [],
        serialization: 'advanced',
      })
      const message = once(doomed, 'message') as Promise<[DoomedWord]>
      doomed.send({
        running: { REDIS_URL: running.REDIS_URL, KAFKA_BROKERS: running.KAFKA_BROKERS },
        electionId: election.id,
        secret,
        voters: 200,
      } satisfies DoomedOrder)
      assert.equal((await message)[0], 'casting')
      const [, signal] = await once(doomed, 'exit')
      assert.equal(signal, 'SIGKILL')
      // The heir finishes them soon after it has opened, so another gateway counts them first.
      const before = await (await gateway({ sweepAfterMs: 3_600_000 })).keys.count()
      const heir = await gateway(QUICK)
      assert.ok(before.reserved > 0, 'it died with reserved ballots')
      await assertBalanced(heir, before.used + before.reserved)
      const outcomes = await castAll([heir.box], 200)
      assert.ok(outcomes.every(isRecorded), 'a retry with the same mark gets the receipt')
      await assertBalanced(heir, 200)
    }))

test('Redis killed and restarted under load: nothing acknowledged is lost, nothing recorded twice', () =>
  withElection(3_000, async ({ gateway }, { control }) => {
    const gateways = [await gateway(QUICK), await gateway(QUICK)]
    let answers = 0
    let refused = 0
    const casting = castAll(
      gateways.map(({ box }) => box),
      3_000,
      (outcome) => {
        answers++
        if (!isRecorded(outcome)) refused++
      },
    )
    while (answers < 500) await sleep(5)
    await control.kill('redis')
    const downFrom = refused
    while (refused < downFrom + 20) await sleep(5)
    await control.start('redis')
    assert.ok((await casting).every(isRecorded))
    await assertBalanced(gateways[0]!, 3_000)
  }))

test('Kafka unavailable for 20 s under load: 503 meanwhile, and no double count from resends', (t) =>
  withElection(4_000, async ({ gateway }, { control }) => {
    const gateways = [await gateway(QUICK), await gateway(QUICK)]
    let answers = 0
    const refused = new Map<CastOutcome, number>()
    let slowestMs = 0
    const timed = gateways.map(({ box }) => ({
      ...box,
      cast: async (...of: Parameters<BallotBox['cast']>) => {
        const start = performance.now()
        const outcomes = await box.cast(...of)
        slowestMs = Math.max(slowestMs, performance.now() - start)
        return outcomes
      },
    }))
    const casting = castAll(timed, 4_000, (outcome) => {
      answers++
      if (!isRecorded(outcome)) refused.set(outcome, (refused.get(outcome) ?? 0) + 1)
    })
    while (answers < 500) await sleep(5)
    await control.stop('kafka')
    await sleep(20_000)
    await control.start('kafka')
    assert.ok((await casting).every(isRecorded))
    assert.ok(
      refused.get('storage-unavailable')! > 0,
      'new ballots were refused, without a claim on their keys',
    )
    t.diagnostic(`the slowest answer took ${Math.round(slowestMs)} ms`)
    // An answer is due in 6 s. One that waits for Kafka takes more than 20 s.
    assert.ok(slowestMs < 18_000, `an answer took ${slowestMs} ms`)
    await assertBalanced(gateways[0]!, 4_000)
  }))

test('an emptied Redis refuses every ballot until it is rebuilt, and then knows who has voted', () =>
  withElection(500, async ({ gateway, rebuild }, { REDIS_URL }) => {
    const voting = await gateway(QUICK)
    const { box } = voting
    const first = await box.cast(
      Array.from({ length: 300 }, (_, voter) => ballot(voter)),
      null,
    )
    assert.ok(first.every(isRecorded))
    const redis = createClient({ url: REDIS_URL })
    await redis.connect()
    await redis.flushAll()
    await redis.close()
    assert.deepEqual(await box.cast([ballot(0), ballot(400), ballot(4_000)], null), [
      'storage-unavailable',
      'storage-unavailable',
      'storage-unavailable',
    ])
    await assert.rejects(voting.roll.find(credentialOf(0)))
    const rebuilt = await rebuild(500)
    assert.deepEqual(rebuilt, { keys: 500, used: 300, unissued: 0, swept: 0 })
    const again = await box.cast([ballot(0), ballot(1, 'another'), ballot(400), ballot(4_000)], null)
    assert.deepEqual(again.slice(0, 2), [first[0], 'key-already-used'])
    assert.ok(isRecorded(again[2]))
    assert.equal(again[3], 'unknown-key')
    await assertBalanced(voting, 301)
  }))

test('ballots reserved while Kafka is unavailable are in the log after a rebuild', () =>
  withElection(100, async ({ gateway, rebuild }) => {
    // All sends of this gateway fail, and it dies: its ballots are only in the outbox.
    const failing = kafkaAppend({ brokers: ['127.0.0.1:9'], deliveryTimeoutMs: 300 })
    const lost = await gateway({ append: failing, sweepAfterMs: 3_600_000, answerWithinMs: 500 })
    const outcomes = await lost.box.cast(
      Array.from({ length: 100 }, (_, voter) => ballot(voter)),
      null,
    )
    assert.ok(outcomes.every((outcome) => outcome === 'outcome-unknown'))
    await lost.dispose()
    assert.deepEqual(await rebuild(500), { keys: 100, used: 100, unissued: 0, swept: 100 })
    const heir = await gateway()
    const again = await castAll([heir.box], 100)
    assert.ok(again.every(isRecorded))
    await assertBalanced(heir, 100)
  }))
