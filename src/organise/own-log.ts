/** The public log of an election in a data folder, with the result that its ballots give. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  clusterFile,
  databaseFile,
  electionDir,
  electionIds,
  logDir,
  settingsFile,
} from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readPlain } from '../adapters/files/plain-file.ts'
import { resultText } from '../core/tally/result-text.ts'
import { NotYet } from './not-yet.ts'
import { chosenElection } from './recount.ts'
import { recountShown } from './shown-recount.ts'

export interface OwnLog {
  /** The log's folder. */
  readonly dir: string
  /**
   * The result document in UTF-8; undefined where it may not be shown yet, or lies on a cluster.
   */
  readonly result: () => Promise<Uint8Array | undefined>
}

const MOST_SETTINGS_BYTES = 65_536

/**
 * @returns undefined where the folder holds no election
 * @throws {BadInput} where it has not the one that was asked for, or that has no log
 */
export async function ownLog(dataDir: string, election: string | undefined): Promise<OwnLog | undefined> {
  if (electionIds(dataDir).length === 0) return undefined
  // Refuses what would hang whoever opens it: a data folder may be a copy of somebody else's, too.
  readPlain(settingsFile(dataDir), MOST_SETTINGS_BYTES)
  const id = chosenElection(dataDir, election)
  const dir = logDir(electionDir(dataDir, id))
  if (!existsSync(join(dir, 'checkpoint')))
    throw new BadInput(dir, [{ message: `the election "${id}" has no public log` }])
  return { dir, result: () => ownResult(dataDir, id) }
}

async function ownResult(dataDir: string, id: string): Promise<Uint8Array | undefined> {
  // On a cluster the ballots are not in this folder: the published result is for --result.
  if (existsSync(clusterFile(electionDir(dataDir, id)))) return undefined
  readPlain(databaseFile(electionDir(dataDir, id)), 0)
  try {
    return Buffer.from(resultText((await recountShown(dataDir, id)).result))
  } catch (error) {
    if (error instanceof NotYet) return undefined
    throw error
  }
}
