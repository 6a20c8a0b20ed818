/**
 * The product on a cluster while its parts die, each under load and with a count afterwards: every
 * acknowledged ballot once, a recount equal to the byte, the invariant green, and no dashboard ever
 * going backwards.
 */
import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'
import type { Key } from '../server.ts'
import {
  assertBooks,
  type ClusterElection,
  type ClusterServer,
  castVote,
  crowd,
  type Product,
  product,
  results,
  until,
  watch,
} from './cluster-server.ts'

const VOTERS = 250
const KAFKA_AWAY_MS = 10_000

let on: Product
let election: ClusterElection
let gateways: [ClusterServer, ClusterServer]
let counter: ClusterServer
let results_: ClusterServer
let ballots = 0
const watching: ReturnType<typeof watch>[] = []
const backwards: string[] = []

before(async () => {
  on = await product()
  election = await on.init(3_200)
  const servers = await Promise.all([
    on.serve('gateway'),
    on.serve('gateway'),
    on.serve('tally'),
    on.serve('results'),
  ])
  gateways = [servers[0]!, servers[1]!]
  counter = servers[2]!
  results_ = servers[3]!
  for (const gateway of gateways) {
    let last = 0
    watching.push(
      watch(gateway, election, ({ cast }) => {
        if (cast < last) backwards.push(`${gateway.url}: ${last}, then ${cast}`)
        last = cast
      }),
    )
  }
})
afterEach(async () => {
  for (const name of ['redis', 'kafka', 'postgres', 'spark'] as const) await on.site.control.start(name)
})
after(async () => {
  await Promise.all(watching.map(({ close }) => close()))
  await on.end()
})

/** A crowd of new voters, a fault halfway, and a comparison of all counts afterwards. */
async function underLoad(
  fault: () => Promise<unknown>,
  at: readonly ClusterServer[] = gateways,
): Promise<void> {
  await crowd(at, election, election.take(VOTERS), {
    seed: ballots,
    alone: false,
    when: { accepted: VOTERS / 5, go: fault },
  })
  ballots += VOTERS
  await assertBooks(on, at, election, ballots)
}

/**
 * Voters whose votes are refused for now, or uncertain, and who retry with the same key until there
 * is a receipt.
 */
async function refusedThenRecorded(whileRefused: () => Promise<unknown>): Promise<void> {
  const asking: Key[] = []
  const ask = (gateway: ClusterServer, key: Key) =>
    castVote(gateway.url, election.id, key, 'ada', 'the-same-attempt')
  const trackerFrom = (gateway: ClusterServer, key: Key) =>
    until('a receipt', async () => {
      const answer = await ask(gateway, key)
      return answer.status === 201 && ((await answer.json()) as { tracker: string }).tracker
    })
  const refused = await until('a vote to be refused', async () => {
    const [key] = election.take(1)
    asking.push(key!)
    const answer = await ask(gateways[0], key!)
    if (answer.status === 201) return false
    assert.equal(answer.status, 503)
    return ((await answer.json()) as { code: string }).code === 'storage-unavailable' && answer
  })
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  await whileRefused()
  for (const key of asking) {
    const tracker = await trackerFrom(gateways[1], key)
    assert.equal(await trackerFrom(gateways[0], key), tracker)
  }
  ballots += asking.length
}

for (const fault of ['after-reserve', 'after-append'] as const)
  test(`a gateway killed ${fault}: the other one stores its ballots`, async () => {
    const doomed = await on.serve('gateway', { ELECTIONS_FAULT: fault })
    const died = doomed.ended()
    await crowd([gateways[0], doomed], election, election.take(VOTERS), {
      seed: ballots,
      rate: 200,
      dead: doomed,
    })
    assert.equal(await died, 'SIGKILL')
    ballots += VOTERS
    await assertBooks(on, gateways, election, ballots)
  })

test('Kafka unavailable for ten seconds: 503 meanwhile, nothing twice from resends', () =>
  underLoad(async () => {
    await on.site.control.stop('kafka')
    await refusedThenRecorded(async () => {
      await sleep(KAFKA_AWAY_MS)
      await on.site.control.start('kafka')
    })
  }))

test('Redis killed and restarted', () =>
  underLoad(async () => {
    await on.site.control.kill('redis')
    await refusedThenRecorded(() => on.site.control.start('redis'))
  }))

test('Redis emptied: no one votes until rebuild-keys, and then no one twice', () =>
  underLoad(async () => {
    const redis = createClient({ url: on.env.REDIS_URL! })
    await redis.connect()
    await redis.flushAll()
    await redis.close()
    await refusedThenRecorded(async () => {
      const ill = await on.cli('doctor', '--json')
      assert.equal(ill.code, 1, ill.stdout + ill.stderr)
      assert.match(ill.stdout, /rebuild-keys/)
      const run = await on.cli('rebuild-keys', '--json')
      assert.equal(run.code, 0, run.stderr)
      const { keys, unissued } = JSON.parse(run.stdout)
      assert.deepEqual({ keys, unissued }, { keys: 3_200, unissued: 0 })
    })
  }))

test('the Spark server killed and restarted', () =>
  underLoad(async () => {
    await on.site.control.kill('spark')
    await until('the panel to say that Spark does not count', async () => {
      const { tally } = (await results(gateways[0].url, election.id)).pipeline!
      return tally!.state.state === 'failing' && tally!.state.problem !== null
    })
    assert.equal((await fetch(`${gateways[0].url}/healthz`)).status, 200, 'a count that lags is no alarm')
    await on.site.control.start('spark')
  }))

test('Spark’s checkpoint deleted: it counts again from the first ballot', async () => {
  const folder = join(on.site.SPARK_CHECKPOINTS, election.id)
  const recounts = async () => (await results(gateways[1].url, election.id)).pipeline!.tally!.state.recounts
  await underLoad(async () => {
    // In one step: Spark continues to write into a folder that is deleted file by file.
    renameSync(folder, `${folder}.gone`)
  })
  // The query may continue from its memory until its driver restarts it for another pace.
  const ofFirst = await recounts()
  await counter.stop()
  // A new driver has only the remaining files.
  counter = await on.serve('tally')
  await underLoad(async () => {})
  const ofSecond = await recounts()
  assert.ok(ofFirst + ofSecond > 0, `recounts: ${ofFirst} and ${ofSecond}`)
})

test('PostgreSQL restarted: votes are accepted meanwhile', () =>
  underLoad(async () => {
    await on.site.control.stop('postgres')
    const [key] = election.take(1)
    assert.equal((await castVote(gateways[0].url, election.id, key!, 'ada')).status, 201)
    ballots++
    await on.site.control.start('postgres')
  }))

test('the projector killed in the middle of a batch', async () => {
  await results_.stop()
  const doomed = await on.serve('results', { ELECTIONS_FAULT: 'mid-projection' })
  await underLoad(async () => {
    assert.equal(await doomed.ended(), 'SIGKILL')
    results_ = await on.serve('results')
  })
})

test('the tally’s process and a gateway killed, and others in their place', () =>
  underLoad(async () => {
    await Promise.all([counter.kill(), gateways[1].kill()])
    counter = await on.serve('tally')
  }, [gateways[0]]))

test('no dashboard ever went backwards', () => {
  assert.deepEqual(backwards, [])
})
