/**
 * The public log in a bucket. The publisher writes it, gateways read it, and CloudFront serves its
 * tiles.
 */
import { createHash } from 'node:crypto'
import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as s3 from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { accept } from './accepted.ts'
import type { Settings } from './settings.ts'

/**
 * Tiles and bundles of entries. They never change. Their paths are the same in the bucket and below
 * the address that voters open.
 */
export const TILES = 'elections/*/log/tile/*'

/** The name is computed, so that the edge stack needs no output of this stack. */
export function logBucketName(stack: Stack, { domain, region }: Settings): string {
  const ours = createHash('sha256').update(domain).digest('hex').slice(0, 8)
  return `elections-log-${ours}-${stack.account}-${region}`
}

export function makeLogBucket(scope: Construct, settings: Settings): s3.Bucket {
  const stack = Stack.of(scope)
  const bucket = new s3.Bucket(scope, 'Log', {
    bucketName: logBucketName(stack, settings),
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.RETAIN,
  })
  // A distribution of this account: which one, its own stack knows. The right to list makes a
  // missing file a 404. No path of the distribution leads to a list, for each ends in a file's
  // name.
  const edge = (actions: string[], resources: string[]) =>
    new iam.PolicyStatement({
      actions,
      resources,
      principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
      conditions: {
        ArnLike: {
          'aws:SourceArn': `arn:${stack.partition}:cloudfront::${stack.account}:distribution/*`,
        },
      },
    })
  bucket.addToResourcePolicy(edge(['s3:GetObject'], [bucket.arnForObjects(TILES)]))
  bucket.addToResourcePolicy(edge(['s3:ListBucket'], [bucket.bucketArn]))
  accept(bucket, {
    'AwsSolutions-S1':
      'A log of requests would record who read which tile and when. ' +
      'The public log may be read without being recorded.',
  })
  return bucket
}
