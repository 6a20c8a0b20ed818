/**
 * What letters say of their election: its definition, its end as it is by now, the key of its
 * public log, the logo.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openElectionDatabase } from '../../adapters/embedded/election-database.ts'
import {
  clusterFile,
  databaseFile,
  definitionFile,
  electionDir,
  journalFile,
  picturesDir,
} from '../../adapters/embedded/layout.ts'
import { openJournal } from '../../adapters/embedded/log-journal.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readDefinition } from '../../adapters/files/definition-file.ts'
import type { VoterKey } from '../../adapters/files/key-file.ts'
import { readPlain } from '../../adapters/files/plain-file.ts'
import { nodeDigest } from '../../adapters/node/digest.ts'
import { credentialPrefix, credentialText } from '../../core/election/credential.ts'
import type { Election } from '../../core/election/definition.ts'
import { readInstant } from '../../core/election/instant.ts'
import type { LetterElection } from '../../core/letter/letter.ts'
import { amended } from '../../core/log/amended.ts'
import type { EngineUrl } from '../../ports/engine-address.ts'
import { verifierKeyIn } from '../public-log.ts'
import type { ElectionPlace } from './booth-address.ts'

export interface LetterSource extends Pick<LetterElection, 'election' | 'offsets' | 'logKey'> {
  /** The organiser's logo, PNG, JPEG or WebP; null where there is none. */
  readonly logo: Uint8Array | null
  /** Whether the end of voting is known as it is by now, not only as it was defined. */
  readonly isEndKnown: boolean
  /** @throws {BadInput} where the key is of another election than this */
  readonly refuseForeign: (key: VoterKey, path: string) => void
}

const MOST_LOGO = 16 * 1024 * 1024

/**
 * @param database PostgreSQL's address, where the election's ballots lie on a cluster; null where
 *   it is not known
 * @throws {BadInput} where it cannot be read; {EngineTrouble}
 */
export async function letterSource(
  place: ElectionPlace,
  id: string,
  database: EngineUrl | null,
): Promise<LetterSource> {
  const dir = 'dataDir' in place ? electionDir(place.dataDir, id) : null
  const { file, election } = await readDefinition(
    'dataDir' in place ? definitionFile(electionDir(place.dataDir, id)) : place.definition,
  )
  const offsetOf = (text: string): number => {
    const instant = readInstant(text)
    return typeof instant === 'string' ? 0 : instant.offset
  }
  const isElsewhere = dir !== null && existsSync(clusterFile(dir))
  if ('dataDir' in place && !isElsewhere && database !== null)
    throw new BadInput(dir!, [{ message: 'its ballots lie in this folder: leave --cluster out' }])
  return {
    election: await electionNow(place, election, isElsewhere ? database : null),
    isEndKnown: dir !== null && (!isElsewhere || database !== null),
    offsets: { opens: offsetOf(file.opens_at), closes: offsetOf(file.closes_at) },
    logKey: dir === null ? null : verifierKeyIn(dir),
    logo: logoOf(election, dir, 'definition' in place ? dirname(place.definition) : null),
    refuseForeign: (key, path) => refuseForeign(key, path, election, dir),
  }
}

/**
 * As amendments have changed it. On a cluster PostgreSQL has them, and where it is not asked the
 * definition stands.
 */
async function electionNow(
  place: ElectionPlace,
  election: Election,
  database: EngineUrl | null,
): Promise<Election> {
  if ('definition' in place) return election
  if (database !== null) {
    const { extendedElection } = await import('../cluster/extended-end.ts')
    return extendedElection(place.dataDir, election.id, database)
  }
  const dir = electionDir(place.dataDir, election.id)
  if (!existsSync(journalFile(dir))) return election
  const journal = openJournal(journalFile(dir), { readOnly: true })
  try {
    return amended(
      election,
      (await journal.records()).map(({ record }) => record!),
    ).election
  } finally {
    journal.close()
  }
}

function logoOf({ logo }: Election, dir: string | null, beside: string | null): Uint8Array | null {
  if (logo === null) return null
  const path =
    dir !== null && logo.sha256 !== null
      ? join(picturesDir(dir), logo.sha256)
      : beside === null
        ? undefined
        : join(beside, logo.file)
  const bytes = path === undefined ? undefined : readPlain(path, MOST_LOGO)
  return bytes === undefined || bytes.length > MOST_LOGO ? null : bytes
}

/** One key is asked for: a file is of one election, or of another. */
function refuseForeign(key: VoterKey, path: string, election: Election, dir: string | null): void {
  if (dir === null || existsSync(clusterFile(dir)) || !existsSync(databaseFile(dir))) return
  const digest = nodeDigest().credential(
    credentialText(credentialPrefix(election.id), key.personal_id, key.guid),
  )
  const database = openElectionDatabase(databaseFile(dir), { readOnly: true })
  try {
    const found = database
      .prepare('SELECT 1 FROM voters WHERE credential = ? LIMIT 1')
      .get(Buffer.from(digest, 'latin1'))
    if (found === undefined)
      throw new BadInput(path, [
        { message: `its keys are not of “${election.id}”: they were made for another election` },
      ])
  } finally {
    database.close()
  }
}
