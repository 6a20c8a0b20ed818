/**
 * One machine and its volume, enough for most elections (docs/deployment.md, "AWS: one machine").
 */
import { CfnOutput, RemovalPolicy, Size, Stack, type StackProps, Tags } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { ANYTHING, accept, anyOf } from './accepted.ts'
import { Alarms } from './alarms.ts'
import { FrontDoor } from './front-door.ts'
import { makeHandover } from './handover.ts'
import { bundleFrom, makeMachine, ROOT, STACK_TAG } from './machine.ts'
import { closedGroup, makeNetwork } from './network.ts'
import type { Settings } from './settings.ts'
import { makeSnapshots } from './snapshots.ts'
import { serveSettings, userData } from './user-data.ts'

/** Name of the object that contains an election in the handover bucket. */
const ELECTION_OBJECT = 'election.tgz'
/** Days after which the bucket deletes an election that no machine fetched. */
const HANDOVER_DAYS = 2

export class MachineStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, props: StackProps) {
    super(scope, id, props)
    Tags.of(this).add(STACK_TAG, id)
    const vpc = makeNetwork(this, settings)
    const alarms = new Alarms(this, 'Alarms', settings.alarmEmail)
    const handover = makeHandover(this, { keepDays: HANDOVER_DAYS })
    const door = new FrontDoor(this, 'FrontDoor', vpc, settings)
    const zone = `${settings.region}${settings.zones[0]}`
    const volume = new ec2.Volume(this, 'Volume', {
      availabilityZone: zone,
      size: Size.gibibytes(settings.volumeGb),
      volumeType: ec2.EbsDeviceVolumeType.GP3,
      encrypted: true,
      ...(settings.snapshot !== undefined && { snapshotId: settings.snapshot }),
      // The volume outlives the stack: a deployment must never delete ballots.
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const group = closedGroup(this, 'MachineGroup', vpc, 'The machine: only the load balancer connects')
    door.admitTo(group)
    const { scaling, role } = makeMachine(this, 'Machine', {
      ...{ vpc, group, topic: alarms.topic, bundle: bundleFrom(this, settings.bundle) },
      ...{ arch: settings.arch, instanceType: settings.instanceType },
      subnets: { availabilityZones: [zone] },
      // One machine at a time: a volume attaches to the next machine after the old one has ended.
      count: { least: 1, most: 1, kept: 0 },
      // The machine deletes what it has fetched.
      may: [
        new iam.PolicyStatement({
          actions: ['s3:GetObject', 's3:DeleteObject'],
          resources: [handover.arnForObjects(ELECTION_OBJECT)],
        }),
      ],
      userData: (facts) =>
        userData({
          ...facts,
          ...{ HANDOVER: handover.bucketName, VOLUME: volume.volumeId },
          SERVE_JSON: serveSettings(settings.domain, ROOT),
        }),
    })
    this.#mayAttach(role, volume)
    door.servers.addTarget(scaling)
    alarms.onNobodyReady(door.servers)
    makeSnapshots(this, volume, alarms)
    new CfnOutput(this, 'HandoverBucket', { value: handover.bucketName })
    new CfnOutput(this, 'VolumeId', { value: volume.volumeId })
    new CfnOutput(this, 'GroupName', { value: scaling.autoScalingGroupName })
  }

  /**
   * Allows attaching this volume to machines of this stack. Detaching is not allowed: the volume
   * becomes free when its machine ends.
   */
  #mayAttach(role: iam.Role, volume: ec2.Volume): void {
    const arn = (resource: string, resourceName: string) =>
      this.formatArn({ service: 'ec2', resource, resourceName })
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ec2:AttachVolume'], resources: [arn('volume', volume.volumeId)] }),
    )
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['ec2:AttachVolume'],
        resources: [arn('instance', '*')],
        conditions: { StringEquals: { [`aws:ResourceTag/${STACK_TAG}`]: this.node.id } },
      }),
    )
    role.addToPolicy(new iam.PolicyStatement({ actions: ['ec2:DescribeVolumes'], resources: ['*'] }))
    accept(role, {
      [anyOf(this, 'ec2', 'instance/*')]:
        'Machines with the tag of this stack: their ids are not known in advance.',
      [ANYTHING]:
        'AWS does not restrict ec2:DescribeVolumes to a resource. It lists volumes, not their contents.',
    })
  }
}
