/** Where a cluster's engines are, and what is said of one that does not answer. */

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

/** What the one who typed it can mend; one line, no password. */
export class BadAddress extends Error {
  readonly code = 'BAD_INPUT'
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
