/**
 * CloudFront with the domain and its certificate: the address that voters open. The stack is in
 * us-east-1 because CloudFront accepts certificates only from there. It uses the origin's host
 * name, so that no stack needs outputs of another.
 */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import * as route53 from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import * as s3 from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { accept, NO_REQUEST_LOG } from './accepted.ts'
import { logBucketName, TILES } from './cluster-log.ts'
import { zoneOf } from './front-door.ts'
import { originOf, type Settings } from './settings.ts'

export const EDGE_REGION = 'us-east-1'
/**
 * CloudFront's largest timeout without a quota request, s: for an answer, and for a pause within
 * one.
 */
const ANSWER_S = 60

/**
 * Paths that CloudFront caches: the files of the public log, the pages' assets, pictures. The
 * server's `Cache-Control` decides how long; an answer without it is not cached. CloudFront passes
 * all other requests to the server.
 */
const KEPT = [
  '/assets/*',
  '/log/*',
  '/elections/*/log/*',
  '/e/*/pictures/*',
  '/e/*/preview.png',
  '/elections/*/results.*',
  '/results.*',
]
/**
 * Errors that CloudFront would cache for 10 s by default. They are not cached, so that a voter's
 * retry succeeds as soon as the server is back.
 */
const ERRORS = [400, 403, 404, 405, 500, 501, 502, 503, 504]

export class EdgeStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    { hasLogBucket, ...props }: StackProps & { readonly hasLogBucket: boolean },
  ) {
    super(scope, id, props)
    const zone = zoneOf(this, settings)
    const origin = new HttpOrigin(originOf(settings), {
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
      readTimeout: Duration.seconds(ANSWER_S),
      keepaliveTimeout: Duration.seconds(ANSWER_S),
    })
    const asTheServerSays = new cloudfront.CachePolicy(this, 'AsTheServerSays', {
      comment: 'Digital Elections: cached for as long as the server allows',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(365),
      // The answer depends on an access token for results. CloudFront passes on only headers of the
      // cache key.
      headerBehavior: cloudfront.CacheHeaderBehavior.allowList('Authorization'),
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
      cookieBehavior: cloudfront.CacheCookieBehavior.none(),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    })
    const common = {
      origin,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
    }
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Digital Elections',
      domainNames: [settings.domain],
      certificate: new acm.Certificate(this, 'Certificate', {
        domainName: settings.domain,
        validation: acm.CertificateValidation.fromDns(zone),
      }),
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        ...common,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      },
      additionalBehaviors: {
        // If two patterns match, CloudFront uses the first one.
        ...(hasLogBucket && { [`/${TILES}`]: tilesFromBucket(this, settings) }),
        ...Object.fromEntries(
          KEPT.map((path) => [
            path,
            {
              ...common,
              allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
              cachePolicy: asTheServerSays,
            },
          ]),
        ),
      },
      errorResponses: ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    })
    accept(distribution, {
      'AwsSolutions-CFR1': 'People vote from abroad.',
      'AwsSolutions-CFR2':
        'The server limits bodies, connections and wrong keys. A firewall that counts requests by ' +
        'address would block universities and carriers, whose voters share one address ' +
        '(docs/operations.md, "Limits on clients").',
      'AwsSolutions-CFR3': NO_REQUEST_LOG,
    })
    const target = route53.RecordTarget.fromAlias(new CloudFrontTarget(distribution))
    const recordName = `${settings.domain}.`
    new route53.ARecord(this, 'Record', { zone, recordName, target })
    new route53.AaaaRecord(this, 'Record6', { zone, recordName, target })
    new CfnOutput(this, 'Address', { value: `https://${settings.domain}/` })
  }
}

/**
 * S3 reveals when it stored an object, and so roughly when the object's ballots were cast: by a
 * date in its answer, and by its answer to a request with a date.
 */
const DATES = ['if-modified-since', 'if-unmodified-since', 'if-range']
const WITHOUT_DATES = `function handler(event) {
  var headers = event.request.headers;
${DATES.map((name) => `  delete headers['${name}'];`).join('\n')}
  return event.request;
}
`

/**
 * Serves tiles from the bucket. They never change, so CloudFront may cache them without a limit,
 * and gateways serve none.
 */
function tilesFromBucket(stack: Stack, settings: Settings): cloudfront.BehaviorOptions {
  const bucket = s3.Bucket.fromBucketAttributes(stack, 'Log', {
    bucketName: logBucketName(stack, settings),
    region: settings.region,
  })
  return {
    origin: S3BucketOrigin.withOriginAccessControl(bucket),
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
    cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
    functionAssociations: [
      {
        eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
        function: new cloudfront.Function(stack, 'WithoutDates', {
          code: cloudfront.FunctionCode.fromInline(WITHOUT_DATES),
          runtime: cloudfront.FunctionRuntime.JS_2_0,
          comment:
            'Digital Elections: removes dates from requests, ' +
            'so that no answer reveals when a tile was written',
        }),
      },
    ],
    responseHeadersPolicy: new cloudfront.ResponseHeadersPolicy(stack, 'OfTiles', {
      comment: 'Digital Elections: removes the date of a tile; pages of any origin may read it',
      removeHeaders: ['Last-Modified'],
      securityHeadersBehavior: { contentTypeOptions: { override: true } },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'Access-Control-Allow-Origin', value: '*', override: true },
          { header: 'Cross-Origin-Resource-Policy', value: 'cross-origin', override: true },
        ],
      },
    }),
  }
}
