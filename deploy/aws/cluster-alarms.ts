/** Alarms about the engines, if possible before voters notice. */
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import type * as rds from 'aws-cdk-lib/aws-rds'
import { type Alarms, MINUTE } from './alarms.ts'
import type { Kafka } from './cluster-kafka.ts'
import type { Redis } from './cluster-redis.ts'

/** Percent of a disk or of memory in use at which the operator should enlarge it. */
const FULL_PERCENT = 70
const FREE_BYTES = 5 * 1024 ** 3

export interface Engines {
  readonly kafka: Kafka
  readonly redis: Redis
  readonly database: rds.DatabaseInstance
}

export function watchEngines(alarms: Alarms, { kafka, redis, database }: Engines): void {
  const metric = (namespace: string, metricName: string, dimensionsMap: Record<string, string>) =>
    new cloudwatch.Metric({ namespace, metricName, dimensionsMap, period: MINUTE, statistic: 'Maximum' })
  const cluster = { 'Cluster Name': kafka.clusterName }
  alarms.onErrors(
    'KafkaOffline',
    metric('AWS/Kafka', 'OfflinePartitionsCount', cluster),
    'Partitions of Kafka are offline. Votes are refused with 503.',
  )
  for (let broker = 1; broker <= kafka.brokers; broker++) {
    const of = { ...cluster, 'Broker ID': String(broker) }
    alarms.onErrors(
      `KafkaCopies${broker}`,
      metric('AWS/Kafka', 'UnderReplicatedPartitions', of),
      `Broker ${broker} of Kafka reports replicas that are behind. One more failure stops voting.`,
    )
    alarms.above(
      `KafkaFull${broker}`,
      metric('AWS/Kafka', 'KafkaDataLogsDiskUsed', of),
      FULL_PERCENT,
      `The disk of Kafka’s broker ${broker} is ${FULL_PERCENT} % full. Enlarge it (-c kafkaGb).`,
    )
  }
  alarms.above(
    'RedisFull',
    metric('AWS/MemoryDB', 'DatabaseMemoryUsagePercentage', { ClusterName: redis.clusterName }),
    FULL_PERCENT,
    `The memory of Redis is ${FULL_PERCENT} % full. ` +
      'When it is full, votes are refused with 503. Enlarge it (-c redisType).',
  )
  alarms.below(
    'DatabaseFull',
    database.metricFreeStorageSpace({ period: MINUTE, statistic: 'Minimum' }),
    FREE_BYTES,
    'PostgreSQL has less than 5 GB of disk left. RDS should have enlarged the disk.',
  )
}
