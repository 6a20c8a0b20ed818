/** Recounts one election of a data folder from its ballot log alone, also while a server runs. */

import { existsSync } from 'node:fs'
import { EmbeddedLog } from '../adapters/embedded/ballot-log.ts'
import { openElectionDatabase } from '../adapters/embedded/election-database.ts'
import {
  clusterFile,
  databaseFile,
  definitionFile,
  electionDir,
  electionIds,
  journalFile,
  logDir,
} from '../adapters/embedded/layout.ts'
import { openJournal } from '../adapters/embedded/log-journal.ts'
import { pollsRecord } from '../adapters/embedded/polls-record.ts'
import { readSettings } from '../adapters/embedded/settings.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { logFolderReader } from '../adapters/files/log-reading.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { faultIn } from '../adapters/node/system-fault.ts'
import type { Election } from '../core/election/definition.ts'
import { type Phase, phaseAt } from '../core/election/phase.ts'
import { amended } from '../core/log/amended.ts'
import { CERTIFICATION_PATH } from '../core/log/certification-form.ts'
import { parseRecord } from '../core/log/record.ts'
import { MOST_CERTIFICATION_BYTES } from '../core/log/resource-bounds.ts'
import { pluralityTally, type TallyCounts } from '../core/tally/plurality.ts'
import { isPublishedAtOnce, type PublishedCount } from '../core/tally/published-tally.ts'
import { recount } from '../pipeline/recount.ts'
import type { Clock } from '../ports/clock.ts'
import { logInFolder } from './log-place.ts'
import { genesisIn, issuedAtGenesis } from './public-log.ts'
import { publishedInLog } from './published-count.ts'

export interface Recounted {
  readonly election: Election
  /** Every stored ballot, including what may not be shown yet (core/tally/shown.ts). */
  readonly counts: TallyCounts
  /** What the public log has published; null if it publishes every ballot at once. */
  readonly published: PublishedCount | null
  /** Keys issued per district, late voters included. */
  readonly eligible: Float64Array
  /** Keys issued per district when the election was created. */
  readonly issued: ArrayLike<number>
  /** The election's present phase. */
  readonly phase: Phase
  /** The bytes of the certification beside its log; undefined if absent. */
  readonly certification: Uint8Array | undefined
}

/**
 * Returns the requested election, or the folder's default one.
 * @throws {BadInput} if the folder has no such election
 */
export function chosenElection(dataDir: string, asked: string | undefined): string {
  const ids = electionIds(dataDir)
  const id = asked ?? readSettings(dataDir).defaultElection ?? ids[0]
  if (id !== undefined && ids.includes(id)) return id
  const has = `has no election${ids.length === 0 ? '' : ` "${id}"; it has ${ids.join(', ')}`}`
  throw new BadInput(dataDir, [{ message: has }])
}

/**
 * @throws {BadInput}
 * @throws {Fault} with the folder's name if its files or records are damaged
 */
export async function recountFolder(dataDir: string, id: string): Promise<Recounted> {
  const dir = electionDir(dataDir, id)
  if (existsSync(clusterFile(dir)))
    throw new BadInput(dir, [{ message: 'its ballots are on a cluster: add --cluster' }])
  try {
    return await recounted(dataDir, dir)
  } catch (cause) {
    throw faultIn(dir, cause)
  }
}

async function recounted(dataDir: string, dir: string): Promise<Recounted> {
  const { election } = await readDefinition(definitionFile(dir))
  const records = await logRecords(dir)
  const eligible = eligiblePerDistrict(dataDir, election)
  const log = new EmbeddedLog(databaseFile(dir))
  try {
    const issued =
      records.length === 0 ? [...eligible] : await issuedAtGenesis(genesisIn(records, dir), logInFolder(dir))
    // Read before the ballots: every ballot that is published now is already stored.
    const published = await publishedOf(dir, election, issued, records)
    return {
      election,
      counts: await recount(election, log),
      published,
      eligible,
      issued,
      phase: await phaseOf(dir, amended(election, records).election, systemClock),
      certification: await logFolderReader(logDir(dir))(CERTIFICATION_PATH, MOST_CERTIFICATION_BYTES),
    }
  } finally {
    log.close()
  }
}

async function publishedOf(
  dir: string,
  election: Election,
  issued: readonly number[],
  records: readonly string[],
): Promise<PublishedCount | null> {
  if (isPublishedAtOnce(election)) return null
  const complete = records.some((text) => parseRecord(text).entry === 'close')
  // With results after the close, nothing is shown before it, whatever is published.
  if (complete || election.results === 'after-close')
    return { tally: pluralityTally(election), checkpoint: null, complete }
  return { ...(await publishedInLog(dir, election, issued)), complete }
}

function eligiblePerDistrict(dataDir: string, election: Election): Float64Array {
  const eligible = new Float64Array(election.districts.length)
  const database = openElectionDatabase(databaseFile(electionDir(dataDir, election.id)), { readOnly: true })
  try {
    const rows = database.prepare('SELECT district, count(*) AS voters FROM voters GROUP BY district').all()
    for (const { district, voters } of rows) eligible[Number(district)] = Number(voters)
  } finally {
    database.close()
  }
  return eligible
}

async function phaseOf(dir: string, election: Election, clock: Clock): Promise<Phase> {
  const closed = await pollsRecord(databaseFile(dir)).wasClosed()
  return closed ? 'closed' : phaseAt(election, clock.nowMs())
}

/**
 * The public log's entries that are not ballots; empty if the election is older than public logs.
 */
async function logRecords(dir: string): Promise<string[]> {
  if (!existsSync(journalFile(dir))) return []
  const journal = openJournal(journalFile(dir), { readOnly: true })
  try {
    return (await journal.records()).map(({ record }) => record!)
  } finally {
    journal.close()
  }
}
