/**
 * Credentials for an S3 store, from the same sources as AWS's own tools and in their order: given
 * ones, the environment, a web identity (IRSA), the container's agent (EKS Pod Identity, ECS), the
 * instance (EC2 IMDSv2). Credentials that expire are fetched again in time. No message contains any
 * part of them.
 */
import { readFileSync } from 'node:fs'
import { boundedBody } from '../node/bounded-body.ts'
import { S3Fault } from './s3-fault.ts'

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** Unix milliseconds; left out if they do not expire. */
  readonly expiresAtMs?: number | undefined
}

export interface CredentialSource {
  /** @throws {S3Fault} if there are no credentials, or their source does not answer */
  readonly get: () => Promise<S3Credentials>
  /** Makes the next `get` fetch them again, because the store no longer accepts these. */
  readonly forget: () => void
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Fetched again this long before they expire. */
const AHEAD_MS = 300_000
const TIMEOUT_MS = 5_000
const MOST_BYTES = 65_536
const STS_VERSION = '2011-06-15'
/** The link-local addresses that AWS has fixed for instances and for tasks. */
const INSTANCE = 'http://169.254.169.254'
const TASK = 'http://169.254.170.2'
const INSTANCE_TOKEN_S = '21600'

/**
 * @param given credentials from a setting; they take precedence
 * @param region whose STS exchanges a web identity
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

/** Exchanges a token that the platform signed for credentials of a role. */
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

/** The token is sent to that URL: in clear only to this machine, as AWS's own clients do. */
function refuseFarAgent(url: string): void {
  const { protocol, hostname } = URL.parse(url) ?? { protocol: '', hostname: '' }
  const isNear = /^127\.|^localhost$|^\[::1\]$|^169\.254\.170\.(?:2|23)$|^\[fd00:ec2::23\]$/.test(hostname)
  if (protocol === 'https:' || (protocol === 'http:' && isNear)) return
  throw new S3Fault(
    'refused',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine',
  )
}

/** Requests a token first (IMDSv2): a request that an attacker smuggles in cannot do that. */
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
    throw new S3Fault('odd', `${who} did not answer with JSON`)
  }
  const part = (name: string): string => (typeof value?.[name] === 'string' ? (value[name] as string) : '')
  return checked(who, part('AccessKeyId'), part('SecretAccessKey'), part('Token'), part('Expiration'))
}

function checked(who: string, id: string, secret: string, token: string, expiration: string): S3Credentials {
  const expiresAtMs = Date.parse(expiration)
  if (id === '' || secret === '' || token === '' || Number.isNaN(expiresAtMs))
    throw new S3Fault('odd', `${who} did not answer with credentials`)
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

/**
 * @throws {S3Fault} that names the service that did not answer, and contains no part of the request
 *   or answer
 */
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
