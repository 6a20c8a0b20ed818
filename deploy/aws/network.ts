/** The network of a deployment: public subnets in the zones asked for, without a NAT gateway. */
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import { accept } from './accepted.ts'
import type { Settings } from './settings.ts'

/** HTTPS alone: AWS' own services, and witnesses. */
export const HTTPS = 443
/** Where a server takes requests from the load balancer, and where it tells how it is. */
export const SERVER_PORT = 8443
export const HEALTH_PORT = 9464

/**
 * Machines have an address of their own to reach AWS' services by, at 4 dollars a month instead of
 * the 35 of a NAT gateway. No security group lets anybody in by it.
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
      'The load balancer alone can be reached, and by CloudFront alone: flow logs would hold CloudFront’s addresses.',
  })
  return vpc
}

/** Where engines are: no way leads from there to the internet, nor back. */
export const ENGINES: ec2.SubnetConfiguration = {
  name: 'Engines',
  subnetType: ec2.SubnetType.PRIVATE_ISOLATED,
  cidrMask: 24,
}

/** Nothing comes in that a rule does not name; HTTPS alone goes out. */
export function closedGroup(scope: Construct, id: string, vpc: ec2.IVpc, what: string): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, id, { vpc, description: what, allowAllOutbound: false })
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(HTTPS), 'AWS services and witnesses')
  return group
}
