/** Where a cluster's engines are, and what is said of one that does not answer. */
import type { S3Credentials } from '../../adapters/s3/credentials.ts'
import type { S3Place } from '../../adapters/s3/place.ts'
import { Fault } from '../../core/fault.ts'
import type { EngineUrl, KafkaAddress } from '../../ports/engine-address.ts'

/**
 * A bucket that public logs lie in, with everything that is needed to reach it: it goes to a thread
 * as it is.
 */
export interface LogBucket {
  readonly place: S3Place
  /** null: from the environment, or a role. */
  readonly credentials: S3Credentials | null
}

export interface ClusterAddresses {
  /** `redis[s]://[user:password@]host:port` */
  readonly redis: EngineUrl
  readonly kafka: KafkaAddress
  /** `postgres://user:password@host:port/name` */
  readonly database: EngineUrl
  /** `sc://host:port/;token=…` */
  readonly spark: EngineUrl
  /** Where Spark keeps its checkpoints, as Spark sees it: an absolute folder or an address. */
  readonly checkpoints: string
  /** Where the public logs lie; null: in the data folder of the server that publishes. */
  readonly logBucket: LogBucket | null
}

/** An engine by its name and place, with nothing secret of its address. */
export const redisAt = ({ redis }: Pick<ClusterAddresses, 'redis'>): string =>
  `Redis at ${new URL(redis.url).host}`
export const kafkaAt = ({ kafka }: Pick<ClusterAddresses, 'kafka'>): string =>
  `Kafka at ${kafka.brokers.join(', ')}`
export const postgresAt = ({ database }: Pick<ClusterAddresses, 'database'>): string =>
  `PostgreSQL at ${new URL(database.url).host}`

/** An address that is missing or invalid; one line, no password. */
export class BadAddress extends Fault<'bad-address'> {
  constructor(why: string, options?: ErrorOptions) {
    super('bad-address', { why }, options)
  }
}

/** An engine that does not answer, or not as it should. */
export class EngineTrouble extends Fault<'engine-trouble'> {
  constructor(engine: string, cause: unknown) {
    super('engine-trouble', { engine, why: inOneLine(cause) }, { cause })
  }
}

/** An engine that went away in the middle of a change: the words say what became of that. */
export class EngineLost extends Fault<'engine-lost'> {
  constructor(why: string, options?: ErrorOptions) {
    super('engine-lost', { why }, options)
  }
}

/**
 * Does `work`; where an engine does not answer, says which one and why. @throws {EngineTrouble}
 * {Fault}
 */
export async function reached<T>(engine: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault) throw error
    if (isWithoutTables(error)) throw new Fault('old-tables', { engine }, { cause: error })
    throw new EngineTrouble(engine, error)
  }
}

/** PostgreSQL's codes for a table and a column that are not there. */
const NO_TABLE_OR_COLUMN = /^42(P01|703)$/

const isWithoutTables = (error: unknown): boolean =>
  NO_TABLE_OR_COLUMN.test(String((error as { code?: unknown }).code))

/** Why an engine could not be asked, in one line. */
export function inOneLine(error: unknown): string {
  if (isWithoutTables(error))
    return 'its tables are not there, or older than this program: run "elections prepare-cluster"'
  const root = rootOf(error)
  return tlsTrouble(root) ?? root.message.split('\n', 1)[0]!
}

const UNKNOWN_AUTHORITY = 'its certificate is signed by no authority that is good here (--engine-ca)'
const WANTS_CERTIFICATE = 'it wants a certificate (--engine-cert)'
const REFUSES_CERTIFICATE = 'it does not take the certificate that was shown to it (--engine-cert)'
const CLOSED =
  'it closed the connection: does it want TLS (--kafka-tls), a login (--kafka-user), a certificate (--engine-cert)?'
const IN_CLEAR = 'it does not speak TLS at this address'

/** What Node and OpenSSL say where TLS does not come about, by their codes. */
const TLS_TROUBLES: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is this machine’s clock right?',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: WANTS_CERTIFICATE,
  // What a server says that speaks TLS 1.2.
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': WANTS_CERTIFICATE,
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': REFUSES_CERTIFICATE,
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED': REFUSES_CERTIFICATE,
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN': REFUSES_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: REFUSES_CERTIFICATE,
  ERR_SSL_WRONG_VERSION_NUMBER: IN_CLEAR,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: IN_CLEAR,
}

function tlsTrouble(root: Error): string | undefined {
  const { code, reason } = root as { readonly code?: string; readonly reason?: string }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its certificate is for another name: ${reason}`
  // Kafka's client keeps nothing of an alert that comes after the handshake, and a broker says no
  // more in clear.
  if (code === 'PLT_KFK_NETWORK' && root.message === 'Connection closed') return CLOSED
  return code === undefined ? undefined : TLS_TROUBLES[code]
}

/** The message furthest down: clients wrap what the network said in what they were doing. */
function rootOf(error: unknown): Error {
  let root = error
  for (;;) {
    const { cause, errors } = root as { cause?: unknown; errors?: readonly unknown[] }
    const below = errors?.[0] ?? cause
    if (!(below instanceof Error)) return root as Error
    root = below
  }
}
