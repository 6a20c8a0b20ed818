/**
 * Kafka: MSK, three brokers in three zones, TLS and a password. Kafka acknowledges a ballot when
 * two brokers have stored it.
 */
import { Stack } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as msk from 'aws-cdk-lib/aws-msk'
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { accept } from './accepted.ts'
import type { ClusterSettings } from './cluster-settings.ts'

/** TLS with SASL SCRAM. */
export const KAFKA_PORT = 9096
const BROKERS = 3

/**
 * Defaults for the brokers' internal topics and for topics made by hand. Our topics get their
 * replicas and `min.insync.replicas` from `elections prepare-cluster`.
 */
const PROPERTIES = `auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
unclean.leader.election.enable=false
log.retention.ms=-1
log.retention.bytes=-1
`

export interface KafkaAsked {
  readonly subnets: readonly ec2.ISubnet[]
  readonly group: ec2.SecurityGroup
  readonly secret: secretsmanager.ISecret
}

export class Kafka extends Construct {
  readonly arn: string
  readonly clusterName: string
  readonly brokers = BROKERS

  constructor(
    scope: Construct,
    id: string,
    settings: ClusterSettings,
    { subnets, group, secret }: KafkaAsked,
  ) {
    super(scope, id)
    this.clusterName = Stack.of(this).stackName
    const configuration = new msk.CfnConfiguration(this, 'Configuration', {
      name: this.clusterName,
      description: 'Digital Elections: no record is deleted and no topic is made by accident',
      serverProperties: PROPERTIES,
    })
    const cluster = new msk.CfnCluster(this, 'Cluster', {
      clusterName: this.clusterName,
      kafkaVersion: settings.kafkaVersion,
      numberOfBrokerNodes: BROKERS,
      configurationInfo: { arn: configuration.attrArn, revision: configuration.attrLatestRevisionRevision },
      brokerNodeGroupInfo: {
        clientSubnets: subnets.map(({ subnetId }) => subnetId),
        instanceType: settings.kafkaType,
        securityGroups: [group.securityGroupId],
        storageInfo: { ebsStorageInfo: { volumeSize: settings.kafkaGb } },
        connectivityInfo: { publicAccess: { type: 'DISABLED' } },
      },
      clientAuthentication: { sasl: { scram: { enabled: true } }, unauthenticated: { enabled: false } },
      encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
      enhancedMonitoring: 'PER_BROKER',
    })
    accept(cluster, {
      'AwsSolutions-MSK6':
        'A broker’s log names clients and topics, not records. ' +
        'It costs by the gigabyte, and no procedure of ours reads it. ' +
        'Metrics and alarms show what is wrong.',
    })
    new msk.CfnBatchScramSecret(this, 'Login', {
      clusterArn: cluster.attrArn,
      secretArnList: [secret.secretArn],
    })
    this.arn = cluster.attrArn
  }
}
