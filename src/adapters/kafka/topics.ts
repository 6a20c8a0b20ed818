/**
 * The settings of an election cluster's Kafka topics, in one place, and the step that creates them
 * with the brokers' admin API.
 */

import { Admin, type ClusterMetadata, ConfigResourceTypes, findErrorBy } from '@platformatic/kafka'
import { Fault } from '../../core/fault.ts'
import { AGGREGATED_VOTES, DEFAULT_PARTITIONS, VOTES, VOTES_SET_ASIDE } from '../../core/log/topics.ts'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import { clientOptions } from './client-options.ts'
import { LOOKING_RETRIES, MAKING_RETRIES } from './patience.ts'

export interface TopicPlan {
  readonly topic: string
  readonly partitions: number
  /** Settings of Kafka's topic configuration, by name. */
  readonly settings: Readonly<Record<string, string>>
  /** The settings without which ballots could be lost: a topic with other values is refused. */
  readonly vital: readonly string[]
}

export interface TopicOptions {
  /**
   * Partitions of `votes`: two per core of Spark's are advised. They never change later, because
   * they decide the partition of a key. If left out, an existing topic keeps its number.
   */
  readonly partitions?: number
  /** Partitions of `votes` if it is created now; an existing topic keeps its number. */
  readonly partitionsWhenMade?: number
  /** Copies of every record: 3, or as many as there are brokers. */
  readonly replicas?: number
}

const FOREVER = { 'retention.ms': '-1', 'retention.bytes': '-1' } as const
const DEFAULT_REPLICAS = 3

/** Returns the required topics, for this number of copies of every record. */
export function topicPlans(replicas: number, partitions = DEFAULT_PARTITIONS): readonly TopicPlan[] {
  const kept = {
    'min.insync.replicas': String(Math.min(2, Math.max(1, replicas - 1))),
    'compression.type': 'producer',
  }
  const vitalLog = ['cleanup.policy', 'retention.ms', 'retention.bytes']
  return [
    {
      topic: VOTES,
      partitions,
      settings: { 'cleanup.policy': 'delete', ...FOREVER, ...kept },
      vital: vitalLog,
    },
    {
      topic: AGGREGATED_VOTES,
      partitions: 3,
      settings: { 'cleanup.policy': 'compact', ...kept },
      vital: ['cleanup.policy'],
    },
    {
      topic: VOTES_SET_ASIDE,
      partitions: 1,
      settings: { 'cleanup.policy': 'delete', ...FOREVER, ...kept },
      vital: vitalLog,
    },
  ]
}

/** A topic exists but does not fit an election. */
export class UnfitTopic extends Fault<'unfit-topic'> {}

/**
 * Returns what is wrong with an existing topic, in words; `undefined` if it fits.
 * @param settings the topic's, by name
 */
export function unfitness(
  plan: TopicPlan,
  partitions: number,
  settings: ReadonlyMap<string, string | null>,
): string | undefined {
  const wrong = plan.vital
    .filter((name) => settings.get(name) !== plan.settings[name])
    .map((name) => `${name} is ${settings.get(name) ?? 'not set'} and must be ${plan.settings[name]}`)
  if (partitions !== plan.partitions)
    wrong.unshift(`it has ${partitions} partitions and must have ${plan.partitions}`)
  return wrong.length === 0 ? undefined : wrong.join('; ')
}

/**
 * Creates missing topics and checks existing ones. Safe to repeat, also concurrently.
 * @returns the names of the created topics
 * @throws {UnfitTopic} naming each existing topic with a vital setting that differs
 */
export async function ensureTopics(
  kafka: KafkaAddress,
  options: TopicOptions = {},
): Promise<readonly string[]> {
  const admin = new Admin({
    clientId: 'elections-topics',
    ...clientOptions(kafka),
    retries: MAKING_RETRIES,
  })
  try {
    const metadata = await admin.metadata({ topics: [], forceUpdate: true })
    const replicas = options.replicas ?? Math.min(DEFAULT_REPLICAS, metadata.brokers.size)
    const existing = new Set(await admin.listTopics())
    const kept = existing.has(VOTES) ? await partitionsNow(admin) : options.partitionsWhenMade
    const plans = topicPlans(replicas, options.partitions ?? kept)
    const made: string[] = []
    for (const plan of plans)
      if (!existing.has(plan.topic) && (await created(admin, plan, replicas))) made.push(plan.topic)
    await refuseUnfit(
      admin,
      plans.filter(({ topic }) => !made.includes(topic)),
    )
    return made
  } finally {
    await admin.close()
  }
}

/**
 * Returns what is wrong with the topics, a line each; changes nothing.
 * @throws if Kafka cannot be reached
 */
export async function topicFaults(kafka: KafkaAddress): Promise<readonly string[]> {
  const admin = new Admin({
    clientId: 'elections-topics',
    ...clientOptions(kafka),
    retries: LOOKING_RETRIES,
  })
  try {
    const existing = new Set(await admin.listTopics())
    // Any number that it was created with is right.
    const plans = topicPlans(1, existing.has(VOTES) ? await partitionsNow(admin) : undefined)
    const missing = plans
      .filter(({ topic }) => !existing.has(topic))
      .map(({ topic }) => `there is no topic "${topic}"`)
    const unfit = await unfitTopics(
      admin,
      plans.filter(({ topic }) => existing.has(topic)),
    )
    return [...missing, ...unfit]
  } finally {
    await admin.close()
  }
}

/** The partitions of `votes`, which exists. */
async function partitionsNow(admin: Admin): Promise<number | undefined> {
  const metadata = await admin.metadata({ topics: [VOTES], forceUpdate: true })
  return metadata.topics.get(VOTES)?.partitionsCount
}

/** @returns false if another process created it in the meantime */
async function created(admin: Admin, plan: TopicPlan, replicas: number): Promise<boolean> {
  const configs = Object.entries(plan.settings).map(([name, value]) => ({ name, value }))
  try {
    await admin.createTopics({ topics: [plan.topic], partitions: plan.partitions, replicas, configs })
    return true
  } catch (error) {
    if (findErrorBy(error as Error, 'apiId', 'TOPIC_ALREADY_EXISTS') !== null) return false
    throw error
  }
}

async function unfitTopics(admin: Admin, plans: readonly TopicPlan[]): Promise<string[]> {
  if (plans.length === 0) return []
  const topics = plans.map(({ topic }) => topic)
  const metadata: ClusterMetadata = await admin.metadata({ topics, forceUpdate: true })
  const described = await admin.describeConfigs({
    resources: plans.map(({ topic, settings }) => ({
      resourceType: ConfigResourceTypes.TOPIC,
      resourceName: topic,
      configurationKeys: Object.keys(settings),
    })),
  })
  return plans.flatMap((plan) => {
    const configs = described.find(({ resourceName }) => resourceName === plan.topic)?.configs ?? []
    const settings = new Map(configs.map(({ name, value }) => [name, value ?? null]))
    const why = unfitness(plan, metadata.topics.get(plan.topic)?.partitionsCount ?? 0, settings)
    return why === undefined ? [] : [`topic "${plan.topic}": ${why}`]
  })
}

async function refuseUnfit(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  const wrong = await unfitTopics(admin, plans)
  if (wrong.length > 0) throw new UnfitTopic('unfit-topic', { topics: wrong })
}
