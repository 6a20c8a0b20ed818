/** Gateways in three zones on engines of AWS (docs/deployment.md, "AWS: the cluster"). */
import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { Alarms } from './alarms.ts'
import { watchEngines } from './cluster-alarms.ts'
import { DATABASE_PORT, makeDatabase } from './cluster-database.ts'
import { KAFKA_PORT, Kafka } from './cluster-kafka.ts'
import { makeLogBucket } from './cluster-log.ts'
import { Machines, type Role } from './cluster-machines.ts'
import { REDIS_PORT, Redis } from './cluster-redis.ts'
import { Secrets, USER } from './cluster-secrets.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import { FrontDoor } from './front-door.ts'
import { makeHandover } from './handover.ts'
import { bundleFrom, STACK_TAG } from './machine.ts'
import { closedGroup, ENGINES, makeNetwork } from './network.ts'

/** Days after which the handover bucket deletes its objects, unfetched voter keys included. */
const HANDOVER_DAYS = 2
/** The group adds gateways while the average processor load is above this. */
const BUSY_PERCENT = 50

export class ClusterStack extends Stack {
  constructor(scope: Construct, id: string, settings: ClusterSettings, props: StackProps) {
    super(scope, id, props)
    Tags.of(this).add(STACK_TAG, id)
    const vpc = makeNetwork(this, settings, [ENGINES])
    const subnets = vpc.selectSubnets({ subnetGroupName: ENGINES.name })
    const alarms = new Alarms(this, 'Alarms', settings.alarmEmail)
    const secrets = new Secrets(this, 'Secrets')
    const { groups, engines } = this.#groups(vpc)
    const kafka = new Kafka(this, 'Kafka', settings, {
      subnets: subnets.subnets,
      group: engines.kafka,
      secret: secrets.kafka,
    })
    const redis = new Redis(this, 'Redis', settings, {
      subnets: subnets.subnets,
      group: engines.redis,
      key: secrets.key,
      secret: secrets.redis,
      user: USER,
    })
    const database = makeDatabase(this, settings, {
      ...{ vpc, subnets },
      group: engines.database,
      key: secrets.key,
      secret: secrets.database,
    })
    const log = makeLogBucket(this, settings)
    const handover = makeHandover(this, { keepDays: HANDOVER_DAYS })
    const door = new FrontDoor(this, 'FrontDoor', vpc, settings)
    door.admitTo(groups.gateway)
    const machines = new Machines(this, 'Machines', settings, {
      ...{ vpc, groups, secrets, kafka, redis, log, handover },
      topic: alarms.topic,
      database: database.secret!,
      bundle: bundleFrom(this, settings.bundle),
      spark: bundleFrom(this, settings.sparkBundle, 'spark'),
    })
    door.servers.addTarget(machines.gateways)
    machines.gateways.scaleOnCpuUtilization('Busy', { targetUtilizationPercent: BUSY_PERCENT })
    alarms.onNobodyReady(door.servers)
    watchEngines(alarms, { kafka, redis, database })
    new CfnOutput(this, 'HandoverBucket', { value: handover.bucketName })
    new CfnOutput(this, 'LogBucket', { value: log.bucketName })
  }

  /** Only the machines can connect to the engines. Nothing can connect to results and tally. */
  #groups(vpc: ec2.Vpc) {
    const machines = (role: Role, what: string) => closedGroup(this, `${role}Group`, vpc, what)
    const groups = {
      gateway: machines('gateway', 'Gateways: only the load balancer connects'),
      results: machines('results', 'Results: nothing connects'),
      tally: machines('tally', 'Tally: nothing connects'),
    }
    const engine = (name: string, port: number) => {
      const group = new ec2.SecurityGroup(this, `${name}Group`, {
        ...{ vpc, description: `${name}: only the machines connect`, allowAllOutbound: false },
      })
      for (const each of Object.values(groups)) each.connections.allowTo(group, ec2.Port.tcp(port), name)
      return group
    }
    const engines = {
      kafka: engine('Kafka', KAFKA_PORT),
      redis: engine('Redis', REDIS_PORT),
      database: engine('PostgreSQL', DATABASE_PORT),
    }
    return { groups, engines }
  }
}
