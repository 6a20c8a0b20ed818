/**
 * The place of public logs in an S3 store: `s3://BUCKET[/PREFIX][?region=…][&endpoint=…]`. Unusual
 * characters are refused here, so that no object key ever needs escaping.
 */

export interface S3Place {
  readonly bucket: string
  /** Prefix of every object key: '' or ending in a slash. */
  readonly prefix: string
  readonly region: string
  /** `https://host[:port]` of a server whose first folders are buckets; null: AWS. */
  readonly endpoint: string | null
}

/**
 * AWS's rules for bucket names. Dots are refused, because no certificate fits the resulting host
 * name.
 */
const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/
const PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/
const REGION = /^[a-z0-9-]{1,32}$/
const MOST_PREFIX = 200
const DEFAULT_REGION = 'us-east-1'
const PARAMETERS = ['region', 'endpoint']

/**
 * @param defaultRegion used if the address names none
 * @returns the place, or what is wrong, in words that follow the setting's name
 */
export function parseS3Place(text: string, defaultRegion = DEFAULT_REGION): S3Place | string {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 's3:')
    return 'must be an address such as s3://bucket/prefix?region=eu-central-1'
  if (url.username !== '' || url.password !== '')
    return 'must not contain credentials: give them in ELECTIONS_LOG_STORE_KEY, or as AWS does'
  if (!BUCKET.test(url.hostname) || url.port !== '')
    return `“${url.host.slice(0, 70)}” is not a bucket name: 3 to 63 lower-case letters, digits and hyphens`
  if (url.hash !== '') return 'must not contain “#”'
  const prefix = url.pathname.replace(/^\//, '').replace(/([^/])$/, '$1/')
  if (!PREFIX.test(prefix) || prefix.length > MOST_PREFIX)
    return (
      'has a prefix with characters other than letters, digits, “.”, “_”, “-” and “/”, or with ' +
      'more than 200'
    )
  const strange = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name))
  if (strange !== undefined)
    return `has the unknown parameter “${strange.slice(0, 30)}”; it may have ${PARAMETERS.join(' and ')}`
  const region = url.searchParams.get('region') ?? defaultRegion
  if (!REGION.test(region)) return 'has a malformed region'
  const endpoint = endpointOf(url.searchParams.get('endpoint'))
  if (endpoint === undefined)
    return 'has a malformed endpoint; it must be an address such as https://minio.example.org:9000'
  return { bucket: url.hostname, prefix, region, endpoint }
}

function endpointOf(text: string | null): string | null | undefined {
  if (text === null) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.pathname !== '/')
    return undefined
  return url.search === '' && url.hash === '' ? url.origin : undefined
}

/**
 * The address of an object.
 * @param key below the place's prefix
 */
export function objectUrl({ bucket, prefix, region, endpoint }: S3Place, key: string): string {
  const base = endpoint === null ? `https://${bucket}.s3.${region}.amazonaws.com` : `${endpoint}/${bucket}`
  return `${base}/${prefix}${key}`
}
