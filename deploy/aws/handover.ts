/**
 * The private bucket through which an operator hands an election to its machines. It keeps nothing.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import * as s3 from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { accept } from './accepted.ts'

/** Not versioned: it holds the election's secret, and a deleted object must not be recoverable. */
export function makeHandover(scope: Construct, { keepDays }: { readonly keepDays: number }): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Handover', {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    lifecycleRules: [
      { expiration: Duration.days(keepDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  })
  accept(bucket, {
    'AwsSolutions-S1':
      'It holds one object for some minutes. CloudTrail records who read the bucket’s settings.',
  })
  return bucket
}
