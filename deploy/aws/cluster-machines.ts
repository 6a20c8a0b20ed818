/** The machines of a cluster: a group for each role, with the rights that the role needs. */
import { Stack } from 'aws-cdk-lib'
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as s3 from 'aws-cdk-lib/aws-s3'
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import type * as sns from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { accept, anyOf } from './accepted.ts'
import type { Kafka } from './cluster-kafka.ts'
import type { Redis } from './cluster-redis.ts'
import { type Secrets, USER } from './cluster-secrets.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import { type Bundle, type Machine, makeMachine, ROOT } from './machine.ts'
import { SPARK_CHECKPOINTS } from './spark-settings.ts'
import { nodeUserData, serveSettings } from './user-data.ts'

export type Role = 'gateway' | 'results' | 'tally'

/** machine/elections-node uses the same names. */
const MEMORY = '/run/elections'
/**
 * Seconds after SIGTERM during which a gateway still accepts requests. The load balancer needs
 * three health checks, 10 s apart, to notice. systemd kills the service after 45 s.
 */
const DRAIN_S = 30
/** Size of the tally's disk: Spark, its scratch files and its checkpoints. */
const TALLY_GB = 60
/** The encrypted voter keys that the handover bucket returns to the operator. */
export const VOTER_KEYS = 'voter-keys.csv.enc'

export interface MachinesAsked {
  readonly vpc: ec2.Vpc
  readonly groups: Readonly<Record<Role, ec2.SecurityGroup>>
  readonly topic: sns.ITopic
  readonly bundle: Bundle
  readonly spark: Bundle
  readonly secrets: Secrets
  readonly kafka: Kafka
  readonly redis: Redis
  readonly database: secretsmanager.ISecret
  readonly log: s3.Bucket
  readonly handover: s3.Bucket
}

export class Machines extends Construct {
  readonly gateways: autoscaling.AutoScalingGroup

  constructor(scope: Construct, id: string, settings: ClusterSettings, asked: MachinesAsked) {
    super(scope, id)
    const { least, most } = settings.gateways
    const { results } = settings
    const kinds = {
      gateway: { type: settings.instanceType, count: { least, most, kept: least } },
      // A new machine starts before the old one ends, so the public log is late by seconds only.
      results: { type: settings.resultsType, count: { least: results, most: results + 1, kept: results } },
      // Only one may count. Its successor starts the count from the beginning.
      tally: { type: settings.tallyType, count: { least: 1, most: 1, kept: 0 } },
    } as const
    const made = (Object.keys(kinds) as Role[]).map((role): [Role, Machine] => {
      const name = role[0]!.toUpperCase() + role.slice(1)
      const machine = makeMachine(scope, name, {
        ...{ vpc: asked.vpc, group: asked.groups[role], topic: asked.topic, bundle: asked.bundle },
        ...{ arch: settings.arch, instanceType: kinds[role].type, count: kinds[role].count },
        subnets: { subnetType: ec2.SubnetType.PUBLIC },
        ...(role === 'tally' && { systemGb: TALLY_GB }),
        may: rights(role, asked),
        userData: (facts) =>
          nodeUserData({
            ...facts,
            ...scriptVariables(role, settings, asked),
            SERVE_JSON: serveJson(role, settings, asked),
          }),
      })
      return [role, machine]
    })
    for (const [role, { role: mine }] of made) acceptRights(role, mine, asked)
    this.gateways = made[0]![1].scaling
  }
}

/**
 * Variables for the script of a role. They contain no secret, because every process of the machine
 * can read them.
 */
function scriptVariables(
  role: Role,
  settings: ClusterSettings,
  asked: MachinesAsked,
): Readonly<Record<string, string>> {
  const { secrets, kafka, redis, database, handover, spark } = asked
  return {
    ROLE: role,
    KEYS: role === 'tally' ? secrets.sealsPath : secrets.keysPath,
    KMS_KEY: secrets.key.keyArn,
    ...{ KAFKA: kafka.arn, KAFKA_SECRET: secrets.kafka.secretArn, DATABASE_SECRET: database.secretArn },
    ...{ REDIS: redis.address, REDIS_SECRET: secrets.redis.secretArn },
    ...(role === 'results' && {
      ...{ HANDOVER: handover.bucketName, SEALS: secrets.sealsPath },
      PARTITIONS: String(settings.partitions),
    }),
    ...(role === 'tally' && { SPARK: spark.asset.s3ObjectUrl, SPARK_SHA256: spark.sha256 }),
  }
}

/**
 * The settings file of `elections serve`, without what the machine adds when it starts: Kafka's
 * brokers and the number of processors.
 */
function serveJson(role: Role, settings: ClusterSettings, { log }: MachinesAsked): string {
  const { host, port, ...shared } = JSON.parse(serveSettings(settings.domain, ROOT))
  const { data, 'metrics-host': metricsHost, 'metrics-port': metricsPort } = shared
  return JSON.stringify({
    ...{ cluster: true, role, secrets: `${MEMORY}/keys` },
    ...{ 'engine-ca': '/etc/elections/engine-ca.pem', 'kafka-tls': true, 'kafka-user': USER },
    'kafka-password-file': `${MEMORY}/engines/kafka-password`,
    'redis-file': `${MEMORY}/engines/redis-url`,
    'database-file': `${MEMORY}/engines/database-url`,
    ...(role === 'tally'
      ? {
          ...{ data, 'metrics-host': metricsHost, 'metrics-port': metricsPort },
          ...{ 'spark-file': `${MEMORY}/engines/spark-remote`, checkpoints: SPARK_CHECKPOINTS },
        }
      : { ...shared, host, port, 'log-store': `s3://${log.bucketName}?region=${settings.region}` }),
    ...(role === 'gateway' && { drain: DRAIN_S }),
  })
}

const parametersBelow = (stack: Stack, path: string): string =>
  stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: path.slice(1) })

function rights(role: Role, asked: MachinesAsked): iam.PolicyStatement[] {
  const { secrets, kafka, database, log, handover, spark } = asked
  const stack = Stack.of(secrets)
  const paths = role === 'tally' ? [secrets.sealsPath] : [secrets.keysPath]
  const may = [
    { actions: ['kafka:GetBootstrapBrokers'], resources: [kafka.arn] },
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secrets.kafka, secrets.redis, database].map(({ secretArn }) => secretArn),
    },
    { actions: ['kms:Decrypt'], resources: [secrets.key.keyArn] },
    {
      actions: ['ssm:GetParametersByPath'],
      resources: paths.map((path) => parametersBelow(stack, path)),
    },
  ]
  if (role === 'tally')
    may.push({
      actions: ['s3:GetObject'],
      resources: [spark.asset.bucket.arnForObjects(spark.asset.s3ObjectKey)],
    })
  else
    may.push(
      // Without the right to list, S3 answers 403 instead of 404 for a missing file.
      { actions: ['s3:ListBucket'], resources: [log.bucketArn] },
      {
        actions: role === 'results' ? ['s3:GetObject', 's3:PutObject'] : ['s3:GetObject'],
        resources: [log.arnForObjects('*')],
      },
    )
  if (role === 'results') may.push(...mayMake(stack, secrets, handover))
  return may.map((each) => new iam.PolicyStatement(each))
}

/**
 * Elections are made on this machine from the handover bucket. It may not overwrite the keys of an
 * election.
 */
function mayMake(stack: Stack, secrets: Secrets, handover: s3.Bucket) {
  return [
    { actions: ['s3:GetObject', 's3:DeleteObject'], resources: [handover.arnForObjects('*')] },
    { actions: ['s3:PutObject'], resources: [handover.arnForObjects(VOTER_KEYS)] },
    { actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: [secrets.key.keyArn] },
    {
      actions: ['ssm:PutParameter'],
      resources: [secrets.keysPath, secrets.sealsPath].map((path) => `${parametersBelow(stack, path)}/*`),
      conditions: { StringEquals: { 'ssm:Overwrite': 'false' } },
    },
  ]
}

function acceptRights(role: Role, mine: iam.Role, { log, handover, secrets }: MachinesAsked): void {
  const stack = Stack.of(mine)
  const objects = (bucket: s3.Bucket) =>
    `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(bucket.node.defaultChild as s3.CfnBucket)}.Arn>/*]`
  if (role !== 'tally')
    accept(mine, {
      [objects(log)]: 'The public log: its files get their names as it grows. No role may delete one.',
    })
  if (role !== 'results') return
  accept(mine, {
    [objects(handover)]:
      'The operator chooses the names of the definition and the voter roll. ' +
      'The bucket contains nothing else.',
    ...Object.fromEntries(
      [secrets.keysPath, secrets.sealsPath].map((path) => [
        anyOf(stack, 'ssm', `parameter${path}/*`),
        'Keys of elections that are made later: written once, never overwritten.',
      ]),
    ),
  })
}
