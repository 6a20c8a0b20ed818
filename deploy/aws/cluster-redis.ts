/**
 * Redis: MemoryDB, one shard. A write is in a log of several zones before it is answered, and a
 * node takes over with all that was answered: what `appendfsync always` is on a machine of one's
 * own. ElastiCache answers first and copies then, so that a failover there forgets which keys were
 * used last (docs/decisions/038-a-cluster-on-aws.md).
 */
import { Stack } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as kms from 'aws-cdk-lib/aws-kms'
import * as memorydb from 'aws-cdk-lib/aws-memorydb'
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { ClusterSettings } from './cluster-settings.ts'

export const REDIS_PORT = 6379
/**
 * A node in each zone. The client knows one that writes, so there is one shard
 * (src/adapters/redis/primary.ts).
 */
const REPLICAS = 2
const SHARDS = 1
/** What the program asks of it, and nothing that tells or changes its settings. */
const RIGHTS = 'on ~* resetchannels -@all +@read +@write +@scripting +@connection +time'

export interface RedisAsked {
  readonly subnets: readonly ec2.ISubnet[]
  readonly group: ec2.SecurityGroup
  readonly key: kms.IKey
  /** With `username` and `password`. */
  readonly secret: secretsmanager.ISecret
  readonly user: string
}

export class Redis extends Construct {
  /** `host:port`, of a name that stands for every node. */
  readonly address: string
  readonly clusterName: string

  constructor(scope: Construct, id: string, settings: ClusterSettings, asked: RedisAsked) {
    super(scope, id)
    this.clusterName = Stack.of(this).stackName.toLowerCase()
    const user = new memorydb.CfnUser(this, 'User', {
      userName: asked.user,
      accessString: RIGHTS,
      authenticationMode: {
        Type: 'password',
        Passwords: [asked.secret.secretValueFromJson('password').unsafeUnwrap()],
      },
    })
    const acl = new memorydb.CfnACL(this, 'Acl', { aclName: this.clusterName, userNames: [user.ref] })
    const subnetGroup = new memorydb.CfnSubnetGroup(this, 'Subnets', {
      subnetGroupName: this.clusterName,
      subnetIds: asked.subnets.map(({ subnetId }) => subnetId),
    })
    const parameters = new memorydb.CfnParameterGroup(this, 'Parameters', {
      parameterGroupName: this.clusterName,
      family: 'memorydb_redis7',
      description: 'Digital Elections: no key is thrown out when memory runs short',
      parameters: { 'maxmemory-policy': 'noeviction' },
    })
    const cluster = new memorydb.CfnCluster(this, 'Cluster', {
      clusterName: this.clusterName,
      description: 'Digital Elections: which voter keys are used',
      engine: 'redis',
      engineVersion: '7.1',
      nodeType: settings.redisType,
      numShards: SHARDS,
      numReplicasPerShard: REPLICAS,
      aclName: acl.ref,
      subnetGroupName: subnetGroup.ref,
      parameterGroupName: parameters.ref,
      securityGroupIds: [asked.group.securityGroupId],
      port: REDIS_PORT,
      tlsEnabled: true,
      kmsKeyId: asked.key.keyArn,
      // What is in it is made again from the ballots; a snapshot of it would be an older one.
      snapshotRetentionLimit: 0,
      autoMinorVersionUpgrade: false,
    })
    this.address = `${cluster.attrClusterEndpointAddress}:${REDIS_PORT}`
  }
}
