/** Takes snapshots of the data volume every few minutes, from outside the machine. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Duration, Stack } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import * as logs from 'aws-cdk-lib/aws-logs'
import * as scheduler from 'aws-cdk-lib/aws-scheduler'
import type { Construct } from 'constructs'
import { ANYTHING, accept, anyOf } from './accepted.ts'
import { type Alarms, MINUTE } from './alarms.ts'

const TAKE_SNAPSHOT = readFileSync(
  fileURLToPath(new URL('machine/take_snapshot.py', import.meta.url)),
  'utf8',
)
export const EVERY_MIN = 5
/** Hours for which a snapshot is kept. The newest hour's snapshots are always kept. */
const KEEP_HOURS = 24
const KEEP_LEAST = 12

export function makeSnapshots(scope: Construct, volume: ec2.Volume, alarms: Alarms): lambda.Function {
  const stack = Stack.of(scope)
  const role = new iam.Role(scope, 'SnapshotRole', {
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    description: 'Digital Elections: takes snapshots of the data volume',
  })
  const take = new lambda.Function(scope, 'TakeSnapshot', {
    runtime: lambda.Runtime.PYTHON_3_14,
    architecture: lambda.Architecture.ARM_64,
    handler: 'index.handler',
    code: lambda.Code.fromInline(TAKE_SNAPSHOT),
    role,
    timeout: Duration.minutes(1),
    environment: { VOLUME: volume.volumeId, KEEP_HOURS: String(KEEP_HOURS), KEEP_LEAST: String(KEEP_LEAST) },
    logGroup: new logs.LogGroup(scope, 'TakeSnapshotLog', { retention: logs.RetentionDays.ONE_MONTH }),
  })
  const snapshots = `arn:${stack.partition}:ec2:${stack.region}::snapshot/*`
  const volumeArn = stack.formatArn({ service: 'ec2', resource: 'volume', resourceName: volume.volumeId })
  const ours = 'take-snapshot'
  for (const statement of [
    { actions: ['ec2:CreateSnapshot'], resources: [volumeArn] },
    {
      actions: ['ec2:CreateSnapshot'],
      resources: [snapshots],
      conditions: { StringEquals: { 'aws:RequestTag/elections:by': ours } },
    },
    {
      actions: ['ec2:CreateTags'],
      resources: [snapshots],
      conditions: { StringEquals: { 'ec2:CreateAction': 'CreateSnapshot' } },
    },
    {
      actions: ['ec2:DeleteSnapshot'],
      resources: [snapshots],
      conditions: { StringEquals: { 'aws:ResourceTag/elections:by': ours } },
    },
    { actions: ['ec2:DescribeSnapshots'], resources: ['*'] },
  ])
    role.addToPolicy(new iam.PolicyStatement(statement))
  accept(role, {
    [anyOf(stack, 'ec2', 'snapshot/*', false)]:
      'A snapshot’s id is not known in advance. ' +
      'The function snapshots one volume and deletes only snapshots with its tag.',
    [ANYTHING]: 'AWS does not restrict ec2:DescribeSnapshots to a resource.',
  })
  accept(take, { 'AwsSolutions-L1': 'Python 3.14 is available in every region and supported until 2029.' })
  const invoker = new iam.Role(scope, 'SnapshotScheduleRole', {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
    description: 'Digital Elections: runs TakeSnapshot',
  })
  const mayInvoke = new iam.PolicyStatement({
    actions: ['lambda:InvokeFunction'],
    resources: [take.functionArn],
  })
  invoker.addToPolicy(mayInvoke)
  const schedule = new scheduler.Schedule(scope, 'EveryFewMinutes', {
    schedule: scheduler.ScheduleExpression.rate(Duration.minutes(EVERY_MIN)),
    // No retry: the next snapshot follows within minutes.
    target: {
      bind: () => ({ arn: take.functionArn, role: invoker, retryPolicy: { maximumRetryAttempts: 0 } }),
    },
    description: 'Digital Elections: a snapshot of the data volume',
  })
  schedule.node.addDependency(role, invoker)
  alarms.onErrors(
    'SnapshotsFail',
    take.metricErrors({ period: MINUTE, statistic: 'Sum' }),
    'No snapshot of the data volume could be taken.',
  )
  return take
}
