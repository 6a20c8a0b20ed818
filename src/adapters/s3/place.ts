/**
 * Where public logs lie in a store that speaks S3: `s3://BUCKET[/PREFIX][?region=…][&endpoint=…]`.
 * What is out of the ordinary is refused here, so that no key of an object ever needs to be
 * escaped.
 */

export interface S3Place {
  readonly bucket: string
  /** Before the key of every object: '' or ending in a slash. */
  readonly prefix: string
  readonly region: string
  /** `https://host[:port]` of a server that has buckets as its first folders; null: AWS. */
  readonly endpoint: string | null
}

/**
 * How AWS names buckets; dots are refused, for no certificate fits a host name with more of them.
 */
const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/
const PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/
const REGION = /^[a-z0-9-]{1,32}$/
const MOST_PREFIX = 200
const DEFAULT_REGION = 'us-east-1'
const PARAMETERS = ['region', 'endpoint']

/**
 * @param defaultRegion where the address names none
 * @returns the place, or in words what is wrong, to follow the name of what held it
 */
export function parseS3Place(text: string, defaultRegion = DEFAULT_REGION): S3Place | string {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 's3:')
    return 'must be an address such as s3://bucket/prefix?region=eu-central-1'
  if (url.username !== '' || url.password !== '')
    return 'must hold no credentials: give them in ELECTIONS_LOG_STORE_KEY, or as AWS does'
  if (!BUCKET.test(url.hostname) || url.port !== '')
    return `“${url.host.slice(0, 70)}” is no name of a bucket: 3 to 63 small letters, figures and hyphens`
  if (url.hash !== '') return 'must have no “#”'
  const prefix = url.pathname.replace(/^\//, '').replace(/([^/])$/, '$1/')
  if (!PREFIX.test(prefix) || prefix.length > MOST_PREFIX)
    return 'has a prefix of other characters than letters, figures, “.”, “_”, “-” and “/”, or of more than 200'
  const strange = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name))
  if (strange !== undefined) return `knows no “${strange.slice(0, 30)}”, only ${PARAMETERS.join(' and ')}`
  const region = url.searchParams.get('region') ?? defaultRegion
  if (!REGION.test(region)) return 'has a region that is malformed'
  const endpoint = endpointOf(url.searchParams.get('endpoint'))
  if (endpoint === undefined)
    return 'has an endpoint that is no address such as https://minio.example.org:9000'
  return { bucket: url.hostname, prefix, region, endpoint }
}

function endpointOf(text: string | null): string | null | undefined {
  if (text === null) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.pathname !== '/')
    return undefined
  return url.search === '' && url.hash === '' ? url.origin : undefined
}

/** The address of an object. @param key below the place's prefix */
export function objectUrl({ bucket, prefix, region, endpoint }: S3Place, key: string): string {
  const base = endpoint === null ? `https://${bucket}.s3.${region}.amazonaws.com` : `${endpoint}/${bucket}`
  return `${base}/${prefix}${key}`
}
