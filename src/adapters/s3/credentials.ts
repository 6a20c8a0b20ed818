/**
 * Credentials for a store that speaks S3, from where AWS's own tools take them, in their order:
 * given ones, the environment, a web identity (IRSA), the container's agent (EKS Pod Identity,
 * ECS), the instance (EC2 IMDSv2). Those that run out are fetched again before they do. Nothing of
 * them goes into a message.
 */
import { readFileSync } from 'node:fs'
import { boundedBody } from '../node/bounded-body.ts'
import { S3Fault } from './s3-fault.ts'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** Unix milliseconds; left out where they last. */
  readonly expiresAtMs?: number | undefined
}

export interface CredentialSource {
  /** @throws {S3Fault} where there are none, or who has them does not answer */
  readonly get: () => Promise<S3Credentials>
  /** The next `get` fetches them again: the store takes these no more. */
  readonly forget: () => void
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Fetched again this long before they run out. */
const AHEAD_MS = 300_000
const TIMEOUT_MS = 5_000
const MOST_BYTES = 65_536
const STS_VERSION = '2011-06-15'
/** Where an instance asks, and where a task does: addresses of the link, which AWS has fixed. */
const INSTANCE = 'http://169.254.169.254'
const TASK = 'http://169.254.170.2'
const INSTANCE_TOKEN_S = '21600'

/**
 * @param given those of a setting, before all others
 * @param region whose STS is asked for a web identity
 */
export function credentialSource(
  given: S3Credentials | null,
  region: string,
  env: Environment,
  nowMs: () => number,
): CredentialSource {
  let known: Promise<S3Credentials> | undefined
  let expiresAtMs = Number.POSITIVE_INFINITY
  const fetched = (): Promise<S3Credentials> => {
    const fresh = found(given, region, env)
    fresh.then(
      (credentials) => {
        expiresAtMs = credentials.expiresAtMs ?? Number.POSITIVE_INFINITY
      },
      () => {
        if (known === fresh) known = undefined
      },
    )
    return fresh
  }
  return {
    get: () => {
      if (nowMs() > expiresAtMs - AHEAD_MS) known = undefined
      if (known === undefined) {
        expiresAtMs = Number.POSITIVE_INFINITY
        known = fetched()
      }
      return known
    },
    forget: () => {
      known = undefined
    },
  }
}

async function found(given: S3Credentials | null, region: string, env: Environment): Promise<S3Credentials> {
  if (given !== null) return given
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN || undefined,
    }
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) return fromWebIdentity(region, env)
  if (env.AWS_CONTAINER_CREDENTIALS_FULL_URI || env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)
    return fromAgent(env)
  if (env.AWS_EC2_METADATA_DISABLED !== 'true') return fromInstance(env)
  throw new S3Fault(
    'refused',
    'there are no credentials for the log’s bucket: give ELECTIONS_LOG_STORE_KEY, or a role',
  )
}

/** A token that the platform signed becomes credentials of a role. */
async function fromWebIdentity(region: string, env: Environment): Promise<S3Credentials> {
  const token = secretText(env.AWS_WEB_IDENTITY_TOKEN_FILE!, 'AWS_WEB_IDENTITY_TOKEN_FILE')
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: STS_VERSION,
    RoleArn: env.AWS_ROLE_ARN!,
    RoleSessionName: env.AWS_ROLE_SESSION_NAME || 'digital-elections',
    WebIdentityToken: token,
  })
  const url = env.AWS_ENDPOINT_URL_STS || `https://sts.${region}.amazonaws.com/`
  const xml = await asked('STS', url, { method: 'POST', body })
  const part = (name: string): string => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1] ?? ''
  return checked(
    'STS',
    part('AccessKeyId'),
    part('SecretAccessKey'),
    part('SessionToken'),
    part('Expiration'),
  )
}

async function fromAgent(env: Environment): Promise<S3Credentials> {
  const url = env.AWS_CONTAINER_CREDENTIALS_FULL_URI || `${TASK}${env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`
  refuseFarAgent(url)
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
  const token = file
    ? secretText(file, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
    : env.AWS_CONTAINER_AUTHORIZATION_TOKEN
  const headers = token ? { authorization: token } : {}
  return fromJson('the container’s agent', await asked('the container’s agent', url, { headers }))
}

/** The token goes there: in clear it stays on this machine, as with AWS's own clients. */
function refuseFarAgent(url: string): void {
  const { protocol, hostname } = URL.parse(url) ?? { protocol: '', hostname: '' }
  const isNear = /^127\.|^localhost$|^\[::1\]$|^169\.254\.170\.(?:2|23)$|^\[fd00:ec2::23\]$/.test(hostname)
  if (protocol === 'https:' || (protocol === 'http:' && isNear)) return
  throw new S3Fault(
    'refused',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine',
  )
}

/**
 * A token first (IMDSv2): a request that somebody smuggled into this process's network cannot ask
 * for it.
 */
async function fromInstance(env: Environment): Promise<S3Credentials> {
  const base = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT || INSTANCE).replace(/\/$/, '')
  const who = 'the instance’s metadata service'
  const token = await asked(who, `${base}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': INSTANCE_TOKEN_S },
  })
  const headers = { 'x-aws-ec2-metadata-token': token.trim() }
  const roles = `${base}/latest/meta-data/iam/security-credentials/`
  const role = (await asked(who, roles, { headers })).split('\n', 1)[0]!.trim()
  if (!/^[\w+=,.@-]{1,64}$/.test(role))
    throw new S3Fault('refused', `${who} names no role: attach one to the instance`)
  return fromJson(who, await asked(who, roles + role, { headers }))
}

function fromJson(who: string, text: string): S3Credentials {
  let value: Readonly<Record<string, unknown>>
  try {
    value = JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    throw new S3Fault('odd', `${who} answered no JSON`)
  }
  const part = (name: string): string => (typeof value?.[name] === 'string' ? (value[name] as string) : '')
  return checked(who, part('AccessKeyId'), part('SecretAccessKey'), part('Token'), part('Expiration'))
}

function checked(who: string, id: string, secret: string, token: string, expiration: string): S3Credentials {
  const expiresAtMs = Date.parse(expiration)
  if (id === '' || secret === '' || token === '' || Number.isNaN(expiresAtMs))
    throw new S3Fault('odd', `${who} answered no credentials`)
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: token, expiresAtMs }
}

function secretText(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new S3Fault(
      'refused',
      `${variable}: the file cannot be read (${(cause as NodeJS.ErrnoException).code})`,
    )
  }
}

/** @throws {S3Fault} that says who did not answer, and no word of what was sent or came */
async function asked(who: string, url: string, init: RequestInit): Promise<string> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
    const bytes = await boundedBody(answer.body ?? [], MOST_BYTES)
    if (bytes === undefined) throw new Error('too long')
    text = bytes.toString('utf8')
  } catch {
    throw new S3Fault('silent', `no credentials for the log’s bucket: ${who} does not answer`)
  }
  if (answer.ok) return text
  const trouble = answer.status >= 500 || answer.status === 429 ? 'busy' : 'refused'
  throw new S3Fault(trouble, `no credentials for the log’s bucket: ${who} answers ${answer.status}`)
}
