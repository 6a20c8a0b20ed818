/**
 * The operator's settings for a deployment on AWS, from the context of the CDK (`-c name=value` or
 * cdk.json).
 */
import { domainToASCII } from 'node:url'

export interface Settings {
  /** The host name that voters open: `vote.example.org`. */
  readonly domain: string
  /** The public hosted zone of Route 53 in this account that contains the domain. */
  readonly zone: { readonly name: string; readonly id: string }
  readonly region: string
  readonly account: string | undefined
  /** Letters of the zones. The volume of a single machine is in the first one. */
  readonly zones: readonly string[]
  /** The file that `npm run aws:bundle` made. */
  readonly bundle: string
  /** The bundle's processor: `arm64` or `x64`. */
  readonly arch: Arch
  readonly instanceType: string
  /** Size of the data volume, GiB. */
  readonly volumeGb: number
  /** Makes the volume from this snapshot. docs/deployment.md says what that implies. */
  readonly snapshot: string | undefined
  /** The e-mail address for alarms. */
  readonly alarmEmail: string | undefined
  /** AWS' prefix list of CloudFront's addresses in this region. */
  readonly originPrefixList: string
}

export type Arch = 'arm64' | 'x64'

/** Missing or invalid context values, one line each. */
export class BadSettings extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'BadSettings'
  }
}

/**
 * `com.amazonaws.global.cloudfront.origin-facing` by region, as
 * `aws ec2 describe-managed-prefix-lists` lists them. They do not change. For any other region the
 * operator names the list.
 */
const ORIGIN_PREFIX_LISTS: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'pl-58a04531',
  'ap-northeast-2': 'pl-22a6434b',
  'ap-south-1': 'pl-9aa247f3',
  'ap-southeast-1': 'pl-31a34658',
  'ap-southeast-2': 'pl-b8a742d1',
  'ca-central-1': 'pl-38a64351',
  'eu-central-1': 'pl-a3a144ca',
  'eu-north-1': 'pl-fab65393',
  'eu-west-1': 'pl-4fa04526',
  'eu-west-2': 'pl-93a247fa',
  'eu-west-3': 'pl-75b1541c',
  'sa-east-1': 'pl-5da64334',
  'us-east-1': 'pl-3b927c52',
  'us-east-2': 'pl-b6a144df',
  'us-west-1': 'pl-4ea04527',
  'us-west-2': 'pl-82a045eb',
}

/** Per setting: its pattern, the pattern in words, and the default. */
export interface Shapes {
  readonly patterns: Readonly<Record<string, RegExp>>
  readonly words: Readonly<Record<string, string>>
  readonly defaults: Readonly<Record<string, string>>
}

/**
 * Reads context values by their shapes and adds errors to `problems`.
 * @returns undefined for a value that is not set and has no default
 */
export function reader(
  given: (name: string) => unknown,
  { patterns, words, defaults }: Shapes,
  problems: string[],
): (name: string) => string | undefined {
  return (name) => {
    const value = given(name) ?? defaults[name]
    if (value === undefined || value === '') return undefined
    if (typeof value !== 'string' && typeof value !== 'number') problems.push(`-c ${name}: must be text`)
    else if (patterns[name]?.test(String(value)) === false)
      problems.push(`-c ${name}: must be ${words[name]}, not “${String(value).slice(0, 64)}”`)
    return String(value)
  }
}

const NAME = /^(?=.{4,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/
export const INSTANCE_TYPE = /^[a-z][a-z0-9-]{1,12}\.[a-z0-9-]{2,14}$/
const PATTERNS: Shapes['patterns'] = {
  zoneId: /^Z[A-Z0-9]{5,31}$/,
  region: /^[a-z]{2}(-[a-z]+)+-\d$/,
  zones: /^[a-z](,[a-z]){1,3}$/,
  arch: /^(arm64|x64)$/,
  instanceType: INSTANCE_TYPE,
  volumeGb: /^([1-9]\d{1,3}|1[0-5]\d{3}|16000)$/,
  snapshot: /^snap-[0-9a-f]{8,17}$/,
  alarmEmail: /^[^\s@,]{1,64}@[^\s@,]{1,255}$/,
  originPrefixList: /^pl-[0-9a-f]{8,17}$/,
}
const DEFAULTS: Shapes['defaults'] = { arch: 'arm64', volumeGb: '20' }
const WORDS: Shapes['words'] = {
  zoneId: 'the id of a hosted zone, such as Z0123456789ABCDEFGHIJ',
  region: 'a region, such as eu-central-1',
  zones: 'two to four letters of zones, such as a,b,c',
  arch: 'arm64 or x64',
  instanceType: 'a type of instance, such as m7g.large',
  volumeGb: 'a number of GiB from 10 to 16000',
  snapshot: 'the id of a snapshot, such as snap-0123456789abcdef0',
  alarmEmail: 'one e-mail address',
  originPrefixList: 'the id of a prefix list, such as pl-a3a144ca',
}

/**
 * @param given the context by name, and `CDK_DEFAULT_ACCOUNT` as the CLI found it
 * @throws {BadSettings} with all problems, not only the first
 */
export function settingsFrom(given: (name: string) => unknown, account: string | undefined): Settings {
  const problems: string[] = []
  const text = reader(given, { patterns: PATTERNS, words: WORDS, defaults: DEFAULTS }, problems)
  const needed = (name: string, example: string): string => {
    const value = text(name)
    if (value === undefined) problems.push(`-c ${name} is missing, such as -c ${name}=${example}`)
    return value ?? ''
  }
  const host = (name: string, example: string) => {
    const ascii = domainToASCII(needed(name, example).replace(/\.$/, '')).toLowerCase()
    if (!NAME.test(ascii)) problems.push(`-c ${name}: must be a host name, such as ${example}`)
    return ascii
  }
  const domain = host('domain', 'vote.example.org')
  const zone = { name: host('zone', 'example.org'), id: needed('zoneId', 'Z0123456789ABCDEFGHIJ') }
  if (domain !== zone.name && !domain.endsWith(`.${zone.name}`))
    problems.push(`-c domain: ${domain} is not in the zone ${zone.name}`)
  const region = needed('region', 'eu-central-1')
  const originPrefixList = text('originPrefixList') ?? ORIGIN_PREFIX_LISTS[region]
  if (originPrefixList === undefined)
    problems.push(
      `-c originPrefixList is missing for ${region}: ` +
        `aws ec2 describe-managed-prefix-lists --region ${region} ` +
        '--filters Name=prefix-list-name,Values=com.amazonaws.global.cloudfront.origin-facing',
    )
  const zones = (text('zones') ?? 'a,b').split(',')
  if (new Set(zones).size !== zones.length) problems.push('-c zones: names a zone twice')
  const arch = text('arch') as Arch
  const rest = {
    bundle: needed('bundle', 'build/aws/elections-arm64.tgz'),
    instanceType: text('instanceType') ?? (arch === 'x64' ? 'm7i.large' : 'm7g.large'),
    volumeGb: Number(text('volumeGb')),
    ...{ snapshot: text('snapshot'), alarmEmail: text('alarmEmail') },
  }
  if (problems.length > 0) throw new BadSettings(problems)
  return { domain, zone, region, account, zones, arch, ...rest, originPrefixList: originPrefixList! }
}

/** The origin's host name, which CloudFront uses. Voters open another one. */
export const originOf = ({ domain }: Settings): string => `origin.${domain}`
