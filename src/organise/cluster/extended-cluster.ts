/**
 * An extension of voting on a cluster: asked of the server that publishes the log, whose amendment
 * every gateway goes by.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { electionDir } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { askForExtension, type ExtensionRequest, wasExtended } from '../../adapters/postgres/extensions.ts'
import { votingEnds } from '../../adapters/postgres/voting-end.ts'
import { whyNotExtended } from '../../pipeline/extend.ts'
import { type ClusterAddresses, EngineLost, inOneLine, postgresAt, reached } from './addresses.ts'
import { readClusterElection } from './cluster-election.ts'

export interface AskedOfCluster {
  readonly dataDir: string
  readonly id: string
  /** Unix milliseconds. */
  readonly closesAtMs: number
  /** How long to wait for the publisher. */
  readonly patienceMs: number
}

const LOOK_MS = 200

/** @throws {BadInput} where it is refused, or nobody publishes the log: then nothing is changed */
export async function extendCluster(asked: AskedOfCluster, addresses: ClusterAddresses): Promise<void> {
  const database = openDatabase(addresses.database)
  try {
    await reached(postgresAt(addresses), () => extendOnDatabase(asked, database))
  } finally {
    await database.end()
  }
}

/** @throws {BadInput} as above; what the database throws */
export async function extendOnDatabase(
  { dataDir, id, closesAtMs, patienceMs }: AskedOfCluster,
  database: Database,
): Promise<void> {
  const refused = (message: string) => new BadInput(electionDir(dataDir, id), [{ message }])
  const { election } = await readClusterElection(dataDir, id, database)
  const end = await votingEnds(database, id).read()
  const why = whyNotExtended(election, end, closesAtMs, systemClock.nowMs())
  if (why !== null) throw refused(why)
  const request = await askForExtension(database, id, closesAtMs, patienceMs)
  const outcome = await answerTo(request, patienceMs).catch((cause) => {
    throw new EngineLost(
      `PostgreSQL: ${inOneLine(cause)}; whether voting was extended is not known: ask again, the dashboard says it too`,
      { cause },
    )
  })
  if (outcome === undefined)
    throw refused(
      'nobody publishes its log, so nothing was changed: start "elections serve --cluster --role results", then ask again',
    )
  if (!wasExtended(outcome)) throw refused(outcome)
}

/** @returns undefined where nobody answered, nor will */
async function answerTo(request: ExtensionRequest, patienceMs: number): Promise<string | undefined> {
  const untilMs = performance.now() + patienceMs
  while (performance.now() < untilMs) {
    const outcome = await request.outcome()
    if (outcome !== undefined) return outcome
    await sleep(LOOK_MS)
  }
  return request.withdraw()
}
