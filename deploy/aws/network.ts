/** The network of a deployment: public subnets in the configured zones, no NAT gateway. */
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { accept } from './accepted.ts'
import type { Settings } from './settings.ts'

/** HTTPS, the only way out: to AWS' services and to witnesses. */
export const HTTPS = 443
/** Ports of a server for requests of the load balancer, and for its health checks. */
export const SERVER_PORT = 8443
export const HEALTH_PORT = 9464

/**
 * Each machine has a public address to reach AWS' services, for 4 dollars a month instead of 35 for
 * a NAT gateway. The security groups allow no connection to it.
 */
export function makeNetwork(
  scope: Construct,
  { region, zones }: Settings,
  more: readonly ec2.SubnetConfiguration[] = [],
): ec2.Vpc {
  const vpc = new ec2.Vpc(scope, 'Network', {
    availabilityZones: zones.map((zone) => `${region}${zone}`),
    natGateways: 0,
    subnetConfiguration: [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }, ...more],
  })
  accept(vpc, {
    'AwsSolutions-VPC7':
      'Only CloudFront can reach the load balancer, and nothing else can be reached. ' +
      'Flow logs would contain CloudFront’s addresses.',
  })
  return vpc
}

/** Subnets of the engines, isolated from the internet in both directions. */
export const ENGINES: ec2.SubnetConfiguration = {
  name: 'Engines',
  subnetType: ec2.SubnetType.PRIVATE_ISOLATED,
  cidrMask: 24,
}

/** Makes a group that allows only HTTPS out, and in only what later rules name. */
export function closedGroup(scope: Construct, id: string, vpc: ec2.IVpc, what: string): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, id, { vpc, description: what, allowAllOutbound: false })
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(HTTPS), 'AWS services and witnesses')
  return group
}
