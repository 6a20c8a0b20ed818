/**
 * One machine and its volume: what most elections want (docs/deployment.md, "AWS: one machine").
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

/** The object that an election is handed over as. */
const ELECTION_OBJECT = 'election.tgz'
/** Days until an election that no machine took in is deleted. */
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
      // It outlives the stack: ballots are deleted by a person, never by a deployment.
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const group = closedGroup(this, 'MachineGroup', vpc, 'The machine: the load balancer alone')
    door.admitTo(group)
    const { scaling, role } = makeMachine(this, 'Machine', {
      ...{ vpc, group, topic: alarms.topic, bundle: bundleFrom(this, settings.bundle) },
      ...{ arch: settings.arch, instanceType: settings.instanceType },
      subnets: { availabilityZones: [zone] },
      // A volume has to change hands: the next machine comes when this one has gone.
      count: { least: 1, most: 1, kept: 0 },
      // What it took in it deletes.
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
   * This volume, to machines of this stack. Never from one: a volume is let go by a machine that
   * ends.
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
        'Machines with the tag of this stack: they are made later, and again.',
      [ANYTHING]:
        'ec2:DescribeVolumes, which AWS lets nobody narrow; it tells of volumes, not what is on them.',
    })
  }
}
