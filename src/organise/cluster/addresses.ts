/** Where a cluster's engines are: from options or the environment, checked before anything is asked of them. */
import { parseSparkRemote } from '../../adapters/spark/remote.ts'

export interface ClusterAddresses {
  /** `redis[s]://[user:password@]host:port` */
  readonly redis: string
  /** `host:port` of each */
  readonly brokers: readonly string[]
  /** `postgres://user:password@host:port/name` */
  readonly database: string
  /** `sc://host:port/;token=…` */
  readonly spark: string
  /** Where Spark keeps its checkpoints, as Spark sees it: an absolute folder or an address. */
  readonly checkpoints: string
}

export interface ClusterOptions {
  readonly cluster?: boolean
  readonly redis?: string
  readonly kafka?: string
  readonly database?: string
  readonly spark?: string
  readonly checkpoints?: string
}

/** What the one who typed it can mend; one line, no password. */
export class BadAddress extends Error {
  readonly code = 'BAD_INPUT'
}

/** Reads only what is asked for, so that a command needs no address it does not use. @throws {BadAddress} */
export function clusterAddresses(options: ClusterOptions): ClusterAddresses {
  return {
    get redis() {
      return url(given(options.redis, '--redis', 'REDIS_URL'), '--redis', /^rediss?:$/)
    },
    get brokers() {
      return brokers(given(options.kafka, '--kafka', 'KAFKA_BROKERS'))
    },
    get database() {
      return url(given(options.database, '--database', 'DATABASE_URL'), '--database', /^postgres(ql)?:$/)
    },
    get spark() {
      const remote = given(options.spark, '--spark', 'SPARK_REMOTE')
      try {
        parseSparkRemote(remote)
      } catch (cause) {
        throw new BadAddress((cause as Error).message, { cause })
      }
      return remote
    },
    get checkpoints() {
      return given(options.checkpoints, '--checkpoints', 'SPARK_CHECKPOINTS')
    },
  }
}

function given(value: string | undefined, flag: string, variable: string): string {
  if (value === undefined || value.trim() === '')
    throw new BadAddress(`no address: give ${flag} or ${variable} ("npm run cluster -- --env" prints them)`)
  return value.trim()
}

function url(text: string, flag: string, protocol: RegExp): string {
  const parsed = URL.parse(text)
  if (parsed === null || !protocol.test(parsed.protocol) || parsed.host === '')
    throw new BadAddress(`${flag}: not an address of that kind, see --help`)
  return text
}

function brokers(text: string): readonly string[] {
  const list = text.split(',').map((broker) => broker.trim())
  const wrong = list.find((broker) => !/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(broker))
  if (wrong !== undefined) throw new BadAddress(`--kafka: "${wrong}" is not host:port`)
  return list
}

/** Does `work`; where an engine does not answer, says which one and why in one line. @throws {BadAddress} */
export async function reached<T>(engine: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (
      typeof (error as NodeJS.ErrnoException).code === 'string' &&
      /^(BAD_INPUT|ELECTION_EXISTS)$/.test((error as { code: string }).code)
    )
      throw error
    throw new BadAddress(`${engine}: ${inOneLine(error)}`, { cause: error })
  }
}

/** PostgreSQL's codes for a table and a column that are not there. */
const NO_TABLE_OR_COLUMN = /^42(P01|703)$/

/** Why an engine could not be asked, in one line. */
export function inOneLine(error: unknown): string {
  if (NO_TABLE_OR_COLUMN.test(String((error as { code?: unknown }).code)))
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
