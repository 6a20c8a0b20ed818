/** CloudWatch alarms, and the topic that mails each alarm to the operator. */
import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import * as sns from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'

export class Alarms extends Construct {
  readonly topic: sns.Topic

  constructor(scope: Construct, id: string, email: string | undefined) {
    super(scope, id)
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Digital Elections', enforceSSL: true })
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email))
  }

  /** No server is ready. Voters get 502 or 503, and their browsers retry. */
  onNobodyReady(servers: elb.ApplicationTargetGroup): void {
    this.#alarm('NobodyReady', servers.metrics.healthyHostCount({ statistic: 'Minimum', period: MINUTE }), {
      threshold: 1,
      isBelow: true,
      minutes: 3,
      words: 'No server is ready to take votes.',
    })
  }

  onErrors(id: string, metric: cloudwatch.Metric, words: string): void {
    this.#alarm(id, metric, { threshold: 1, isBelow: false, minutes: 10, words })
  }

  above(id: string, metric: cloudwatch.IMetric, threshold: number, words: string): void {
    this.#alarm(id, metric, { threshold, isBelow: false, minutes: 10, words })
  }

  below(id: string, metric: cloudwatch.IMetric, threshold: number, words: string): void {
    this.#alarm(id, metric, { threshold, isBelow: true, minutes: 10, words })
  }

  #alarm(
    id: string,
    metric: cloudwatch.IMetric,
    {
      threshold,
      isBelow,
      minutes,
      words,
    }: { threshold: number; isBelow: boolean; minutes: number; words: string },
  ): void {
    const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator
    const alarm = new cloudwatch.Alarm(this, id, {
      ...{ metric, threshold, alarmDescription: words },
      comparisonOperator: isBelow ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      ...{ evaluationPeriods: minutes, datapointsToAlarm: Math.min(3, minutes) },
      treatMissingData: isBelow
        ? cloudwatch.TreatMissingData.BREACHING
        : cloudwatch.TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
    alarm.addOkAction(new SnsAction(this.topic))
  }
}

export const MINUTE = Duration.minutes(1)
