/**
 * What voters reach: CloudFront with the domain and its certificate. In us-east-1, for CloudFront
 * takes certificates from there alone; it knows the origin by its name, so that no stack needs
 * another one's outputs.
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
/** CloudFront's longest, without asking AWS for more: an answer, or a silence within one. */
const ANSWER_S = 60

/**
 * What is kept at the edge: the files of the public log, the pages' assets, pictures. How long is
 * what the server says, for ever or for a second; what it says nothing of is not kept. Everything
 * else is asked of the server each time.
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
 * What CloudFront would keep for ten seconds by itself: a vote that waits hears at once when the
 * server is back.
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
      comment: 'Digital Elections: as long as the server says',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.days(365),
      // An access token for results makes another answer; without it in the key CloudFront would
      // not pass it on.
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
        // Of two that fit, the first one counts.
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
        'The server bounds bodies, connections and wrong keys itself; a firewall that counts requests by address would shut out ' +
        'universities and carriers, which vote from one address (docs/operations.md, "Limits on clients").',
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
 * A store says when each object was written, and so about when its ballots were cast: by a date in
 * an answer, and by how it answers a date.
 */
const DATES = ['if-modified-since', 'if-unmodified-since', 'if-range']
const WITHOUT_DATES = `function handler(event) {
  var headers = event.request.headers;
${DATES.map((name) => `  delete headers['${name}'];`).join('\n')}
  return event.request;
}
`

/**
 * Tiles never change: from the bucket, for as long as CloudFront likes. No gateway is asked for
 * one.
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
          comment: 'Digital Elections: nobody asks by dates when a tile was written',
        }),
      },
    ],
    responseHeadersPolicy: new cloudfront.ResponseHeadersPolicy(stack, 'OfTiles', {
      comment: 'Digital Elections: no date of a tile; anybody’s page may read it',
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
