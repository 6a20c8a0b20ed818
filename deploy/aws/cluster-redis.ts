/**
 * Redis: MemoryDB, one shard. MemoryDB answers a write after it is in a log that several zones
 * store, so a node that takes over has every acknowledged write. This equals `appendfsync always`
 * on one machine. ElastiCache answers before it copies: its failover can lose the most recently
 * used keys (docs/decisions/038-a-cluster-on-aws.md).
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
 * Replicas: with the primary, a node in each zone. Our client follows one primary, so there is one
 * shard (src/adapters/redis/primary.ts).
 */
const REPLICAS = 2
const SHARDS = 1
/** The commands that the program uses. They neither show nor change settings. */
const RIGHTS = 'on ~* resetchannels -@all +@read +@write +@scripting +@connection +time'

export interface RedisAsked {
  readonly subnets: readonly ec2.ISubnet[]
  readonly group: ec2.SecurityGroup
  readonly key: kms.IKey
  /** Contains `username` and `password`. */
  readonly secret: secretsmanager.ISecret
  readonly user: string
}

export class Redis extends Construct {
  /** `host:port`. The name resolves to every node. */
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
      description: 'Digital Elections: no key is evicted when memory is full',
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
      // No snapshot: `elections rebuild-keys` makes its contents from the ballots. A snapshot would
      // be older.
      snapshotRetentionLimit: 0,
      autoMinorVersionUpgrade: false,
    })
    this.address = `${cluster.attrClusterEndpointAddress}:${REDIS_PORT}`
  }
}
