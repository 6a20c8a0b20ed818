/** An auto scaling group: its machines, their rights, and how they are replaced. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib'
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Asset } from 'aws-cdk-lib/aws-s3-assets'
import type * as sns from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { accept, anyOf } from './accepted.ts'
import { type Arch, BadSettings } from './settings.ts'
import type { MachineSettings } from './user-data.ts'

/** Folder of the elections on a machine. */
export const ROOT = '/srv/elections'
/** Tag of everything that belongs to a deployment. Policies use it in conditions. */
export const STACK_TAG = 'elections:stack'
const SYSTEM_GB = 12
const SESSIONS = 'AmazonSSMManagedInstanceCore'
const ANY_GROUP = 'autoScalingGroup:*:autoScalingGroupName/*'
/** Minutes until a machine must be ready. Waiting for the volume may take most of them. */
const READY_MIN = 40

export interface MachineAsked {
  readonly vpc: ec2.Vpc
  readonly subnets: ec2.SubnetSelection
  readonly group: ec2.SecurityGroup
  readonly arch: Arch
  readonly instanceType: string
  readonly bundle: Bundle
  readonly topic: sns.ITopic
  /** Number of machines, and how many of them keep running during a replacement. */
  readonly count: { readonly least: number; readonly most: number; readonly kept: number }
  /** Size of the system disk, GiB. */
  readonly systemGb?: number
  /** Rights in addition to those of every machine. */
  readonly may?: readonly iam.PolicyStatement[]
  readonly userData: (settings: Omit<MachineSettings, 'SERVE_JSON'>) => string
}

export interface Machine {
  readonly scaling: autoscaling.AutoScalingGroup
  readonly role: iam.Role
}

/** The program and its Node in one file, made by `npm run aws:bundle`. */
export interface Bundle {
  readonly asset: Asset
  readonly sha256: string
}

/** @throws {BadSettings} if the file does not exist */
export function bundleFrom(scope: Construct, path: string, of?: 'spark'): Bundle {
  const [setting, command, id] =
    of === 'spark'
      ? ['sparkBundle', 'aws:bundle -- spark', 'SparkBundle']
      : ['bundle', 'aws:bundle', 'Bundle']
  if (!existsSync(path))
    throw new BadSettings([`-c ${setting}: ${path} does not exist; "npm run ${command}" makes it`])
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
  return { asset: new Asset(scope, id!, { path }), sha256 }
}

export function makeMachine(scope: Construct, id: string, asked: MachineAsked): Machine {
  const { vpc, bundle, count } = asked
  const stack = Stack.of(scope)
  const role = makeRole(scope, `${id}Role`, asked)
  // Set here because the user data names the group, which is made after it.
  const logicalId = `${id}Group`
  const template = new ec2.LaunchTemplate(scope, `${id}Template`, {
    machineImage: ec2.MachineImage.latestAmazonLinux2023({
      cpuType: asked.arch === 'arm64' ? ec2.AmazonLinuxCpuType.ARM_64 : ec2.AmazonLinuxCpuType.X86_64,
    }),
    instanceType: new ec2.InstanceType(asked.instanceType),
    role,
    securityGroup: asked.group,
    associatePublicIpAddress: true,
    requireImdsv2: true,
    httpPutResponseHopLimit: 1,
    httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED,
    detailedMonitoring: true,
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: ec2.BlockDeviceVolume.ebs(asked.systemGb ?? SYSTEM_GB, {
          encrypted: true,
          volumeType: ec2.EbsDeviceVolumeType.GP3,
          deleteOnTermination: true,
        }),
      },
    ],
    userData: ec2.UserData.custom(
      asked.userData({
        ...{ REGION: stack.region, STACK: stack.stackName, ASG: logicalId, ROOT },
        ...{ BUNDLE: bundle.asset.s3ObjectUrl, BUNDLE_SHA256: bundle.sha256 },
      }),
    ),
  })
  const scaling = new autoscaling.AutoScalingGroup(scope, id, {
    ...{ vpc, vpcSubnets: asked.subnets, launchTemplate: template },
    ...{ minCapacity: count.least, maxCapacity: count.most },
    healthChecks: autoscaling.HealthChecks.ec2({ gracePeriod: Duration.minutes(5) }),
    notifications: [{ topic: asked.topic, scalingEvents: autoscaling.ScalingEvents.ALL }],
    signals: autoscaling.Signals.waitForMinCapacity({ timeout: Duration.minutes(READY_MIN) }),
    updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({
      ...{ maxBatchSize: 1, minInstancesInService: count.kept, minSuccessPercentage: 100 },
      pauseTime: Duration.minutes(READY_MIN),
    }),
  })
  const group = scaling.node.defaultChild as autoscaling.CfnAutoScalingGroup
  group.overrideLogicalId(logicalId)
  // A machine needs both when it starts.
  scaling.node.addDependency(role, vpc.internetConnectivityEstablished)
  return { scaling, role }
}

/** The AWS actions of a machine. None makes, deletes or opens a resource. */
function makeRole(scope: Construct, id: string, { bundle, may = [] }: MachineAsked): iam.Role {
  const stack = Stack.of(scope)
  const role = new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    description: 'Digital Elections: a machine',
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName(SESSIONS)],
  })
  for (const statement of [
    ...may,
    {
      actions: ['s3:GetObject'],
      resources: [bundle.asset.bucket.arnForObjects(bundle.asset.s3ObjectKey)],
    },
    { actions: ['cloudformation:SignalResource'], resources: [stack.stackId] },
    {
      actions: ['autoscaling:SetInstanceHealth'],
      resources: [
        stack.formatArn({
          service: 'autoscaling',
          resource: ANY_GROUP,
          arnFormat: ArnFormat.NO_RESOURCE_NAME,
        }),
      ],
      conditions: { StringEquals: { [`aws:ResourceTag/${STACK_TAG}`]: stack.node.id } },
    },
  ])
    role.addToPolicy(
      statement instanceof iam.PolicyStatement ? statement : new iam.PolicyStatement(statement),
    )
  accept(role, {
    [`AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${SESSIONS}]`]:
      'AWS’ own policy for Session Manager changes with the agent. A copy would not.',
    [anyOf(stack, 'autoscaling', ANY_GROUP)]:
      'Groups with the tag of this stack: the role exists before the group’s name is known.',
  })
  return role
}
