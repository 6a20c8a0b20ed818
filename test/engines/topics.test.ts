/**
 * `elections prepare-cluster` and the topics on a real broker: created once, checked afterwards.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { Admin, ConfigResourceTypes } from '@platformatic/kafka'
import { ensureTopics, topicPlans } from '../../src/adapters/kafka/topics.ts'
import { VOTES, VOTES_SET_ASIDE } from '../../src/core/log/topics.ts'
import { partitionsHere } from '../../tools/engines/partitions.ts'
import { type Engines, engines } from '../engines.ts'
import { MAIN } from '../server.ts'

const PLANS = topicPlans(1, partitionsHere())

let all: Engines
let admin: Admin
before(async () => {
  all = await engines()
  admin = new Admin({ clientId: 'test', bootstrapBrokers: [all.KAFKA_BROKERS] })
})
after(async () => {
  await admin.close()
})

function prepareCluster(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env
  return spawnSync(process.execPath, [MAIN, 'prepare-cluster', ...args], {
    encoding: 'utf8',
    env: { ...rest, ...env },
  })
}

/**
 * Other tests use the topics, so only the one for records set aside is deleted and created again.
 */
async function withoutSetAside(): Promise<void> {
  await admin.deleteTopics({ topics: [VOTES_SET_ASIDE] })
  for (let tries = 0; (await admin.listTopics()).includes(VOTES_SET_ASIDE); tries++) assert.ok(tries < 1_000)
}

test('topics have the settings they were created with', async () => {
  assert.deepEqual(
    await ensureTopics({ brokers: [all.KAFKA_BROKERS] }),
    [],
    'they exist from the start of the cluster',
  )
  const { topics } = await admin.metadata({
    topics: PLANS.map(({ topic }) => topic),
    forceUpdate: true,
  })
  for (const plan of PLANS) {
    assert.equal(topics.get(plan.topic)!.partitionsCount, plan.partitions)
    const [described] = await admin.describeConfigs({
      resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: plan.topic }],
    })
    const settings = new Map(described!.configs.map(({ name, value }) => [name, value]))
    for (const [name, value] of Object.entries(plan.settings))
      assert.equal(settings.get(name), value, `${plan.topic} ${name}`)
  }
})

test('missing topics are created, by one of several commands at once', async () => {
  await withoutSetAside()
  const made = await Promise.all(
    Array.from({ length: 4 }, () => ensureTopics({ brokers: [all.KAFKA_BROKERS] })),
  )
  assert.deepEqual(made.flat(), [VOTES_SET_ASIDE])
})

test('a topic with other partitions is refused, and not changed', async () => {
  const { partitions } = PLANS[0]!
  await assert.rejects(
    ensureTopics({ brokers: [all.KAFKA_BROKERS] }, { partitions: 24 }),
    (error: NodeJS.ErrnoException) =>
      error.code === 'unfit-topic' &&
      error.message.includes(`topic "votes": it has ${partitions} partitions and must have 24`),
  )
  const { topics } = await admin.metadata({ topics: [VOTES], forceUpdate: true })
  assert.equal(topics.get(VOTES)!.partitionsCount, partitions)
})

test('the command refuses a ballot log with a retention limit, in a line with the remedy', async () => {
  await withoutSetAside()
  await admin.createTopics({
    topics: [VOTES_SET_ASIDE],
    partitions: 1,
    replicas: 1,
    configs: [{ name: 'retention.ms', value: '3600000' }],
  })
  try {
    const { status, stderr } = prepareCluster(['--kafka', all.KAFKA_BROKERS], {
      DATABASE_URL: all.DATABASE_URL,
    })
    assert.equal(status, 2, stderr)
    assert.match(stderr, /topic "votes_set_aside": retention.ms is 3600000 and must be -1/)
  } finally {
    await withoutSetAside()
    await ensureTopics({ brokers: [all.KAFKA_BROKERS] })
  }
})

test('the command takes addresses from the environment, and may be repeated', () => {
  const { KAFKA_BROKERS, DATABASE_URL } = all
  for (let time = 0; time < 2; time++) {
    const { status, stdout, stderr } = prepareCluster(['--json'], { KAFKA_BROKERS, DATABASE_URL })
    assert.equal(status, 0, stderr)
    assert.deepEqual(JSON.parse(stdout), { topics: [], migrations: [] })
  }
})

test('without addresses or reachable brokers the command says so in one line', () => {
  const nowhere = prepareCluster([], { KAFKA_BROKERS: '', DATABASE_URL: '' })
  assert.equal(nowhere.status, 2)
  assert.match(nowhere.stderr, /--kafka or KAFKA_BROKERS/)
  const gone = prepareCluster(['--kafka', '127.0.0.1:1'], { DATABASE_URL: all.DATABASE_URL })
  assert.equal(gone.status, 2)
  assert.match(gone.stderr, /127\.0\.0\.1:1/)
  assert.ok(!gone.stderr.includes('    at '), gone.stderr)
})
