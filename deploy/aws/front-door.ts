/** The load balancer at port 443. It answers only CloudFront. */
import { Duration } from 'aws-cdk-lib'
import * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import * as route53 from 'aws-cdk-lib/aws-route53'
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'
import { accept, NO_REQUEST_LOG } from './accepted.ts'
import { HEALTH_PORT, HTTPS, SERVER_PORT } from './network.ts'
import { originOf, type Settings } from './settings.ts'

/** Idle timeout, s: longer than the longest pause in a stream of results. */
const IDLE_S = 120
/** A server that stops finishes its open requests within 10 s. */
const DRAIN_S = 15

export class FrontDoor extends Construct {
  readonly balancer: elb.ApplicationLoadBalancer
  /** The targets that accept votes. An auto scaling group joins them. */
  readonly servers: elb.ApplicationTargetGroup

  constructor(scope: Construct, id: string, vpc: ec2.IVpc, settings: Settings) {
    super(scope, id)
    const { domain, zone, originPrefixList } = settings
    const hostedZone = zoneOf(this, settings)
    const group = new ec2.SecurityGroup(this, 'Group', {
      vpc,
      description: 'Load balancer: only CloudFront connects, at port 443',
      allowAllOutbound: false,
    })
    group.addIngressRule(ec2.Peer.prefixList(originPrefixList), ec2.Port.tcp(HTTPS), 'CloudFront')
    this.balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: true,
      securityGroup: group,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      idleTimeout: Duration.seconds(IDLE_S),
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elb.DesyncMitigationMode.STRICTEST,
    })
    accept(this.balancer, { 'AwsSolutions-ELB2': NO_REQUEST_LOG })
    this.servers = new elb.ApplicationTargetGroup(this, 'Servers', {
      vpc,
      port: SERVER_PORT,
      protocol: elb.ApplicationProtocol.HTTPS,
      targetType: elb.TargetType.INSTANCE,
      deregistrationDelay: Duration.seconds(DRAIN_S),
      healthCheck: {
        ...{
          protocol: elb.Protocol.HTTP,
          port: String(HEALTH_PORT),
          path: '/readyz',
          healthyHttpCodes: '200',
        },
        ...{ interval: Duration.seconds(10), timeout: Duration.seconds(5) },
        ...{ healthyThresholdCount: 2, unhealthyThresholdCount: 3 },
      },
    })
    const listener = this.balancer.addListener('Secure', {
      port: HTTPS,
      protocol: elb.ApplicationProtocol.HTTPS,
      certificates: [
        new acm.Certificate(this, 'Certificate', {
          domainName: originOf(settings),
          subjectAlternativeNames: [domain],
          validation: acm.CertificateValidation.fromDns(hostedZone),
        }),
      ],
      sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
      open: false,
      // Refuses CloudFront distributions of other accounts, whose addresses are on the same prefix
      // list.
      defaultAction: elb.ListenerAction.fixedResponse(403),
    })
    listener.addAction('Ours', {
      priority: 1,
      conditions: [elb.ListenerCondition.hostHeaders([domain])],
      action: elb.ListenerAction.forward([this.servers]),
    })
    new route53.ARecord(this, 'Record', {
      zone: hostedZone,
      recordName: `${originOf(settings)}.`,
      target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(this.balancer)),
      comment: `Digital Elections: the origin of CloudFront for ${domain} (${zone.name})`,
    })
  }

  /** Lets only the load balancer connect to the machines of `group`. */
  admitTo(group: ec2.SecurityGroup): void {
    for (const [port, what] of [
      [SERVER_PORT, 'votes and pages from the load balancer'],
      [HEALTH_PORT, 'health checks of the load balancer'],
    ] as const)
      group.connections.allowFrom(this.balancer, ec2.Port.tcp(port), what)
  }
}

export function zoneOf(scope: Construct, { zone }: Settings): route53.IHostedZone {
  return route53.HostedZone.fromHostedZoneAttributes(scope, 'Zone', {
    hostedZoneId: zone.id,
    zoneName: zone.name,
  })
}
