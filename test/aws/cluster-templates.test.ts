/** A cluster on AWS: its templates, checked by cfn-lint and cdk-nag and deployed to moto. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { gunzipSync } from 'node:zlib'
import { Match } from 'aws-cdk-lib/assertions'
import { clusterSettingsFrom } from '../../deploy/aws/cluster-settings.ts'
import { sparkArguments } from '../../deploy/aws/spark-settings.ts'
import { makeApp } from '../../deploy/aws/stacks.ts'
import { MOST_BYTES, machineScript } from '../../deploy/aws/user-data.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { SERVE, settingsOf } from '../../src/cli/config/settings.ts'
import { deployedOnMoto, lintFindings, shellFindings, skip } from './judges.ts'
import { CONTEXT, synthesised } from './synthesised.ts'

const { templates, files, dir } = synthesised({ way: 'cluster' })
const cluster = templates.ElectionsCluster!
const edge = templates.ElectionsEdge!
const deployed = deployedOnMoto(files)
const resources = (type: string) => Object.entries(cluster.findResources(type))
const ROLES = ['Gateway', 'Results', 'Tally'] as const
type Role = (typeof ROLES)[number]

/** Returns the statements of a role, and the logical ids and texts in their resources. */
function rightsOf(role: Role): readonly { readonly actions: readonly string[]; readonly on: string }[] {
  const [found] = resources('AWS::IAM::Policy').filter(([id]) => id.startsWith(`${role}Role`))
  return found![1].Properties.PolicyDocument.Statement.map(
    (each: { Effect: string; Action: string | string[]; Resource: unknown }) => {
      assert.equal(each.Effect, 'Allow')
      return { actions: [each.Action].flat(), on: JSON.stringify(each.Resource) }
    },
  )
}
const may = (role: Role) => [...new Set(rightsOf(role).flatMap(({ actions }) => actions))].sort()

/**
 * Returns the user data of a launch template. A value that CloudFormation fills in appears as JSON.
 */
function userDataOf(role: Role): string {
  const [found] = resources('AWS::EC2::LaunchTemplate').filter(([id]) => id.startsWith(`${role}Template`))
  const parts: readonly unknown[] =
    found![1].Properties.LaunchTemplateData.UserData['Fn::Base64']['Fn::Join'][1]
  return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('')
}

function serveJsonOf(role: Role): Readonly<Record<string, unknown>> {
  const line = /^SERVE_JSON='(.*)'$/m.exec(userDataOf(role))![1]!
  return JSON.parse(line.replace(/\{"Ref":"(\w+)"\}/g, '$1'))
}

test('gateways are in three zones, and a replacement never lowers the number that accept votes', () => {
  const groups = resources('AWS::AutoScaling::AutoScalingGroup')
  assert.equal(groups.length, 3)
  for (const [, { Properties }] of groups) assert.equal(Properties.VPCZoneIdentifier.length, 3)
  const zones = resources('AWS::EC2::Subnet').map(([, { Properties }]) => Properties.AvailabilityZone)
  assert.deepEqual(
    zones.sort(),
    ['a', 'a', 'b', 'b', 'c', 'c'].map((zone) => `eu-central-1${zone}`),
  )
  const sizes = (role: Role) => {
    const { Properties, UpdatePolicy } = groups.find(([id]) => id === `${role}Group`)![1]
    const { MinInstancesInService, MaxBatchSize } = UpdatePolicy.AutoScalingRollingUpdate
    return [Properties.MinSize, Properties.MaxSize, MinInstancesInService, MaxBatchSize]
  }
  assert.deepEqual(sizes('Gateway'), ['3', '6', 3, 1])
  // A new publisher starts before the old one stops. Two tallies would restart each other's count.
  assert.deepEqual(sizes('Results'), ['1', '2', 1, 1])
  assert.deepEqual(sizes('Tally'), ['1', '1', 0, 1])
  cluster.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    HealthCheckPath: '/readyz',
    HealthCheckPort: '9464',
  })
})

test('only CloudFront can connect, at port 443; only the machines can connect to the engines', () => {
  for (const [id, { Properties }] of resources('AWS::EC2::SecurityGroup'))
    assert.equal(Properties.SecurityGroupIngress, undefined, id)
  const rules = resources('AWS::EC2::SecurityGroupIngress').map(([, { Properties }]) => Properties)
  const ids = (value: unknown) => /"(\w+?)(?:Group)?[0-9A-F]{8}"/.exec(JSON.stringify(value))?.[1]
  const said = rules.map(
    ({ FromPort, ToPort, GroupId, SourceSecurityGroupId, SourcePrefixListId, CidrIp }) => {
      assert.equal(FromPort, ToPort)
      assert.equal(CidrIp, undefined)
      return `${ids(SourceSecurityGroupId) ?? SourcePrefixListId} → ${ids(GroupId)} ${FromPort}`
    },
  )
  assert.deepEqual(said.sort(), [
    ...['FrontDoor → gateway 8443', 'FrontDoor → gateway 9464'],
    ...['gateway → Kafka 9096', 'gateway → PostgreSQL 5432', 'gateway → Redis 6379'],
    'pl-a3a144ca → FrontDoor 443',
    ...['results → Kafka 9096', 'results → PostgreSQL 5432', 'results → Redis 6379'],
    ...['tally → Kafka 9096', 'tally → PostgreSQL 5432', 'tally → Redis 6379'],
  ])
  // The engines' subnets have no route to the internet.
  const routes = resources('AWS::EC2::Route').map(([id]) => id)
  assert.ok(routes.length === 3 && routes.every((id) => /Public/.test(id)), routes.join())
  for (const [, { Properties }] of resources('AWS::RDS::DBSubnetGroup'))
    assert.match(JSON.stringify(Properties.SubnetIds), /^(?!.*Public).*Engines/)
  cluster.hasResourceProperties('AWS::MemoryDB::SubnetGroup', {
    SubnetIds: [1, 2, 3].map((n) => ({ Ref: Match.stringLikeRegexp(`EnginesSubnet${n}`) })),
  })
  cluster.hasResourceProperties('AWS::MSK::Cluster', {
    BrokerNodeGroupInfo: Match.objectLike({
      ClientSubnets: [1, 2, 3].map((n) => ({ Ref: Match.stringLikeRegexp(`EnginesSubnet${n}`) })),
      ConnectivityInfo: { PublicAccess: { Type: 'DISABLED' } },
    }),
  })
})

test('machines accept only IMDSv2 and have encrypted disks and no SSH key', () => {
  const templatesOfMachines = resources('AWS::EC2::LaunchTemplate')
  assert.equal(templatesOfMachines.length, ROLES.length)
  for (const [, { Properties }] of templatesOfMachines) {
    const { MetadataOptions, BlockDeviceMappings, KeyName } = Properties.LaunchTemplateData
    assert.deepEqual([MetadataOptions.HttpTokens, MetadataOptions.HttpPutResponseHopLimit], ['required', 1])
    assert.ok(BlockDeviceMappings.every((each: { Ebs: { Encrypted: boolean } }) => each.Ebs.Encrypted))
    assert.equal(KeyName, undefined)
  }
})

test('engines require TLS and a password, are encrypted, and keep every confirmed write', () => {
  cluster.hasResourceProperties('AWS::MSK::Cluster', {
    NumberOfBrokerNodes: 3,
    ClientAuthentication: { Sasl: { Scram: { Enabled: true } }, Unauthenticated: { Enabled: false } },
    EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
  })
  const [[, configuration]] = resources('AWS::MSK::Configuration') as [[string, { Properties: never }]]
  const { ServerProperties } = configuration.Properties as {
    ServerProperties: string | Record<string, string>
  }
  const properties =
    typeof ServerProperties === 'string' ? ServerProperties : Object.values(ServerProperties).join()
  for (const line of [
    'min.insync.replicas=2',
    'unclean.leader.election.enable=false',
    'auto.create.topics.enable=false',
    'log.retention.ms=-1',
  ])
    assert.ok(properties.includes(line), line)
  cluster.hasResourceProperties('AWS::MemoryDB::Cluster', {
    NumShards: 1,
    NumReplicasPerShard: 2,
    TLSEnabled: true,
    KmsKeyId: Match.anyValue(),
  })
  cluster.hasResourceProperties('AWS::MemoryDB::ParameterGroup', {
    Parameters: { 'maxmemory-policy': 'noeviction' },
  })
  cluster.hasResource('AWS::RDS::DBInstance', {
    DeletionPolicy: 'Retain',
    Properties: {
      MultiAZ: true,
      StorageEncrypted: true,
      PubliclyAccessible: false,
      DeletionProtection: true,
      BackupRetentionPeriod: 7,
    },
  })
  cluster.hasResourceProperties('AWS::RDS::DBParameterGroup', {
    Parameters: Match.objectLike({
      'rds.force_ssl': '1',
      log_min_error_statement: 'panic',
      log_parameter_max_length_on_error: '0',
    }),
  })
  // MSK accepts only a secret with this prefix, and none that AWS' own key encrypts.
  cluster.hasResourceProperties('AWS::SecretsManager::Secret', {
    Name: 'AmazonMSK_ElectionsCluster',
    KmsKeyId: Match.anyValue(),
  })
})

test('each role has only the rights it needs: no gateway writes the log, no tally casts', () => {
  const shared = [
    ...['autoscaling:SetInstanceHealth', 'cloudformation:SignalResource', 'kafka:GetBootstrapBrokers'],
    ...['kms:Decrypt', 's3:GetObject', 'secretsmanager:GetSecretValue', 'ssm:GetParametersByPath'],
  ]
  assert.deepEqual(may('Tally'), shared)
  assert.deepEqual(may('Gateway'), [...shared, 's3:ListBucket'].sort())
  assert.deepEqual(
    may('Results'),
    [
      ...[...shared, 's3:ListBucket', 's3:PutObject', 's3:DeleteObject'],
      ...['ssm:PutParameter', 'kms:Encrypt', 'kms:GenerateDataKey'],
    ].sort(),
  )
  const reads = (role: Role) =>
    rightsOf(role).find(({ actions }) => actions[0] === 'ssm:GetParametersByPath')!.on
  for (const role of ['Gateway', 'Results'] as const) {
    assert.match(reads(role), /\/ElectionsCluster\/keys"/)
    assert.doesNotMatch(reads(role), /seals/)
  }
  assert.match(reads('Tally'), /\/ElectionsCluster\/seals"/)
  assert.doesNotMatch(reads('Tally'), /keys/)
  // No role may overwrite a key or delete a file of the log.
  const [policy] = resources('AWS::IAM::Policy').filter(([id]) => id.startsWith('ResultsRole'))
  const puts = policy![1].Properties.PolicyDocument.Statement.find(
    (each: { Action: string }) => each.Action === 'ssm:PutParameter',
  )
  assert.deepEqual(puts.Condition, { StringEquals: { 'ssm:Overwrite': 'false' } })
  for (const { actions, on } of rightsOf('Results'))
    if (actions.includes('s3:DeleteObject')) assert.match(on, /^(?!.*Log).*Handover/)
})

test('user data is below EC2’s limit and contains neither a password nor a key', () => {
  for (const role of ROLES) {
    const text = userDataOf(role)
    assert.ok(Buffer.byteLength(text) < MOST_BYTES - 2_500, `${role}: ${Buffer.byteLength(text)}`)
    assert.doesNotMatch(text, /resolve:|password"?:|BEGIN [A-Z ]*KEY/i)
    const packed = /<<'MACHINE'[^\n]*\n([\s\S]*?)\nMACHINE\n/.exec(text)![1]!
    assert.equal(gunzipSync(Buffer.from(packed, 'base64')).toString(), machineScript('elections-node'))
  }
  // Passwords appear only as references to a secret.
  const whole = JSON.stringify(cluster.toJSON())
  const passwords = [...whole.matchAll(/"(?:MasterUserPassword|Passwords)":(.{0,120})/g)]
  assert.equal(passwords.length, 2)
  for (const [, value] of passwords) assert.match(value!, /resolve:secretsmanager/)
})

test('each role’s settings file contains only settings that the server knows', async () => {
  const serve = await COMMANDS[SERVE]!()
  const known = new Set(settingsOf(serve, serve).flatMap(({ key }) => [key, `${key}-file`]))
  for (const role of ROLES) {
    const settings = serveJsonOf(role)
    assert.deepEqual([settings.role, settings.cluster], [role.toLowerCase(), true])
    const strange = Object.keys(settings).filter((key) => !known.has(key))
    assert.deepEqual(strange, [], role)
  }
  const gateway = serveJsonOf('Gateway')
  // The load balancer checks three times, 10 s apart; the service may take 45 s to stop.
  assert.equal(gateway.drain, 30)
  assert.match(String(gateway['log-store']), /^s3:\/\/Log\w+\?region=eu-central-1$/)
  assert.equal(gateway['trust-proxy'], 2)
  const tally = serveJsonOf('Tally')
  assert.ok(!('port' in tally) && !('log-store' in tally) && !('tls-key' in tally))
  assert.match(sparkArguments(), /^-Dspark\.sql\.redaction\.string\.regex=\S*seal-key-\[0-9a-f\]\{64\}\S*$/m)
  assert.match(sparkArguments(), /^-Dspark\.connect\.grpc\.binding\.address=127\.0\.0\.1$/m)
  // Java splits its argument file at spaces and has its own rules for quotes and backslashes.
  assert.doesNotMatch(sparkArguments(), /[ '"\\#]/)
  assert.ok(
    sparkArguments().includes(`${String(tally.checkpoints).replace(/checkpoints$/, 'local')}\n`),
    'the checkpoints lie beside the scratch of the same Spark',
  )
})

test('tiles come from the bucket without a date, and the bucket cannot be listed', () => {
  const [distribution] = Object.values(edge.findResources('AWS::CloudFront::Distribution'))
  const { CacheBehaviors, Origins } = distribution!.Properties.DistributionConfig
  const [tiles, ...rest] = CacheBehaviors
  assert.equal(tiles.PathPattern, '/elections/*/log/tile/*')
  const bucket = Origins.find(({ Id }: { Id: string }) => Id === tiles.TargetOriginId)
  assert.ok(bucket.OriginAccessControlId && bucket.S3OriginConfig)
  assert.ok(rest.every((each: { TargetOriginId: string }) => each.TargetOriginId !== tiles.TargetOriginId))
  const [, log] = resources('AWS::S3::Bucket').find(([id]) => id.startsWith('Log'))!
  assert.deepEqual(Object.values(log.Properties.PublicAccessBlockConfiguration), [true, true, true, true])
  assert.equal(log.DeletionPolicy, 'Retain')
  const name = (value: unknown) => JSON.stringify(value).replace(/"\.s3.*$|^.*?"elections/, '"elections')
  assert.ok(JSON.stringify(bucket.DomainName).includes('elections-log-'))
  assert.match(name(log.Properties.BucketName), /elections-log-[0-9a-f]{8}-/)
  edge.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: Match.objectLike({
      RemoveHeadersConfig: { Items: [{ Header: 'Last-Modified' }] },
    }),
  })
  const [ours] = Object.values(edge.findResources('AWS::CloudFront::Function'))
  const request = runInNewContext(`${ours!.Properties.FunctionCode}; handler(event)`, {
    event: {
      request: {
        headers: {
          ...{ host: {}, 'if-none-match': {}, 'if-modified-since': {}, 'if-unmodified-since': {} },
          ...{ range: {}, 'if-range': {} },
        },
      },
    },
  })
  assert.deepEqual(Object.keys(request.headers), ['host', 'if-none-match', 'range'])
  const policies = resources('AWS::S3::BucketPolicy').find(([id]) => id.startsWith('Log'))![1]
  const byEdge = policies.Properties.PolicyDocument.Statement.filter(
    (each: { Principal: { Service?: string } }) => each.Principal.Service === 'cloudfront.amazonaws.com',
  )
  assert.deepEqual(
    byEdge.map((each: { Action: string }) => each.Action),
    ['s3:GetObject', 's3:ListBucket'],
  )
  for (const each of byEdge) assert.ok(each.Condition.ArnLike['aws:SourceArn'])
  assert.match(JSON.stringify(byEdge[0].Resource), /\/elections\/\*\/log\/tile\/\*"/)
})

test('alarms cover what stops voting and what soon would', () => {
  const alarms = resources('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties)
  assert.ok(
    alarms.every(({ AlarmActions, OKActions }) => AlarmActions.length === 1 && OKActions.length === 1),
  )
  const metrics = new Set(alarms.map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`))
  assert.deepEqual(
    [...metrics].sort(),
    [
      'AWS/ApplicationELB HealthyHostCount',
      'AWS/Kafka KafkaDataLogsDiskUsed',
      'AWS/Kafka OfflinePartitionsCount',
      'AWS/Kafka UnderReplicatedPartitions',
      'AWS/MemoryDB DatabaseMemoryUsagePercentage',
      'AWS/RDS FreeStorageSpace',
    ].sort(),
  )
  assert.equal(alarms.length, 10)
})

test('invalid settings are refused, with all problems at once', () => {
  const given: Record<string, unknown> = {
    ...CONTEXT,
    ...{ bundle: 'x.tgz', zones: 'a,b', gateways: '6-3', results: '3', kafkaGb: '1', redisType: 'm7g.large' },
  }
  assert.throws(() => clusterSettingsFrom((name) => given[name], undefined), {
    name: 'BadSettings',
    message: [
      '-c zones: a cluster needs three',
      '-c gateways: the second number must not be smaller than the first',
      '-c sparkBundle is missing, such as -c sparkBundle=build/aws/spark.tgz',
      '-c results: must be 1 or 2, not “3”',
      '-c kafkaGb: must be a number of GiB from 20 to 15999, not “1”',
      '-c redisType: must be a type of node, such as db.r7g.large, not “m7g.large”',
    ].join('\n'),
  })
  assert.throws(
    () => makeApp({ context: { ...CONTEXT, way: 'fleet' } }),
    /-c way: must be machine or cluster/,
  )
})

test('cfn-lint finds nothing in the templates, shellcheck nothing in the machines’ scripts', { skip }, () => {
  assert.equal(lintFindings(files), '')
  assert.equal(shellFindings(join(dir, 'elections-node'), machineScript('elections-node')), '')
})

test('moto creates every resource that it supports', { skip }, async () => {
  const said = JSON.parse((await deployed).stdout)
  for (const name of ['ElectionsCluster', 'ElectionsEdge']) {
    assert.equal(said[name].status, 'CREATE_COMPLETE')
    assert.deepEqual(said[name].not_made, [])
  }
  const [certificate, secret] = ['AWS::CertificateManager::Certificate', 'AWS::SecretsManager::Secret']
  assert.deepEqual(said.ElectionsCluster.made_apart, [certificate, secret, secret, secret])
  assert.deepEqual(said.ElectionsCluster.not_known, [
    ...['AWS::AutoScaling::ScalingPolicy', 'AWS::CloudWatch::Alarm', 'AWS::EC2::SecurityGroupEgress'],
    ...['AWS::MSK::BatchScramSecret', 'AWS::MSK::Cluster', 'AWS::MSK::Configuration'],
    ...['AWS::MemoryDB::ACL', 'AWS::MemoryDB::Cluster', 'AWS::MemoryDB::ParameterGroup'],
    ...['AWS::MemoryDB::SubnetGroup', 'AWS::MemoryDB::User', 'AWS::S3::BucketPolicy'],
    ...['AWS::SNS::Subscription', 'AWS::SNS::TopicPolicy', 'AWS::SecretsManager::SecretTargetAttachment'],
  ])
  assert.deepEqual(said.ElectionsEdge.not_known, [
    ...['AWS::CloudFront::CachePolicy', 'AWS::CloudFront::Distribution', 'AWS::CloudFront::Function'],
    ...['AWS::CloudFront::OriginAccessControl', 'AWS::CloudFront::ResponseHeadersPolicy'],
  ])
  const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']
  assert.deepEqual(said.groups.map(({ instances }: { instances: number }) => instances).sort(), [1, 1, 3])
  for (const group of said.groups) assert.deepEqual(group.zones, zones)
})
