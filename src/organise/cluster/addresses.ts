/** Where a cluster's engines are, and what is said of one that does not answer. */
import type { S3Credentials } from '../../adapters/s3/credentials.ts'
import type { S3Place } from '../../adapters/s3/place.ts'
import { Fault } from '../../core/fault.ts'
import type { EngineUrl, KafkaAddress } from '../../ports/engine-address.ts'

/** A bucket that public logs lie in, with everything that is needed to reach it: it goes to a thread as it is. */
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

/** Does `work`; where an engine does not answer, says which one and why. @throws {EngineTrouble} {Fault} */
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
  return rootOf(error).split('\n', 1)[0]!
}

/** The message furthest down: clients wrap what the network said in what they were doing. */
function rootOf(error: unknown): string {
  let root = error
  for (;;) {
    const { cause, errors } = root as { cause?: unknown; errors?: readonly unknown[] }
    const below = errors?.[0] ?? cause
    if (!(below instanceof Error)) return (root as Error).message
    root = below
  }
}
