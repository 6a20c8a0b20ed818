/**
 * An election on a cluster as this machine's data folder knows it: definition and secrets here,
 * roll and results in PostgreSQL. A folder says by `cluster.json` that its ballots lie elsewhere.
 */
import { existsSync, readFileSync } from 'node:fs'
import {
  clusterFile,
  definitionFile,
  electionDir,
  electionIds,
  logKeyFile,
  secretFile,
} from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readDefinition } from '../../adapters/files/definition-file.ts'
import { sha256Hex, tagger } from '../../adapters/node/digest.ts'
import { sealer, sealKeyOf, secretFingerprint } from '../../adapters/node/sealer.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { readElection } from '../../adapters/postgres/elections.ts'
import { postgresJournal } from '../../adapters/postgres/log-journal.ts'
import type { DefinitionFile, Election } from '../../core/election/definition.ts'
import { type LogVersion, parseRecord } from '../../core/log/record.ts'
import type { Seal } from '../../core/log/vote-record.ts'
import type { Credential, Tag } from '../../ports/digest.ts'
import type { LogSigner } from '../../ports/log-signer.ts'
import { logSignerIn } from '../log-key.ts'

export interface ClusterSecrets {
  readonly tagOf: (credential: Credential) => Tag
  /** A secret: whoever has it can put ballots into `votes`. */
  readonly sealKey: string
  readonly seal: Seal
  /** Says which secret this is without telling it. */
  readonly fingerprint: string
}

export interface ClusterElection extends ClusterSecrets {
  readonly dir: string
  readonly file: DefinitionFile
  readonly election: Election
  readonly keysIssued: number
  /** Keys issued per district. */
  readonly eligible: readonly number[]
  /** The key of its public log. */
  readonly signer: LogSigner
  /** The version of the protocol that its public log began with. */
  readonly version: LogVersion
}

export function clusterSecrets(dir: string): ClusterSecrets {
  const secret = readFileSync(secretFile(dir))
  const sealKey = sealKeyOf(secret)
  return { tagOf: tagger(secret), sealKey, seal: sealer(sealKey), fingerprint: secretFingerprint(sealKey) }
}

/** Ids of a folder's elections whose ballots lie on a cluster. */
export function clusterElectionIds(dataDir: string): string[] {
  return electionIds(dataDir).filter((id) => existsSync(clusterFile(electionDir(dataDir, id))))
}

/** @throws {BadInput} where the folder and the database do not speak of the same election */
export async function readClusterElection(
  dataDir: string,
  id: string,
  database: Database,
): Promise<ClusterElection> {
  const dir = electionDir(dataDir, id)
  const { file, text, election } = await readDefinition(definitionFile(dir))
  const stored = await readElection(database, id)
  if (stored === undefined)
    throw new BadInput(dir, [
      { message: `PostgreSQL has no election "${id}": is DATABASE_URL the one it was made with?` },
    ])
  if (stored.definitionSha256 !== sha256Hex(text))
    throw new BadInput(definitionFile(dir), [
      { message: 'is not the definition in PostgreSQL: take the folder that "init --cluster" made' },
    ])
  return {
    ...clusterSecrets(dir),
    dir,
    file,
    election,
    keysIssued: stored.keysIssued,
    eligible: stored.eligible,
    signer: logSigner(dir, stored.logKey),
    version: await logVersion(dir, id, database),
  }
}

/** @throws {BadInput} where it is not the key that the log in PostgreSQL began with */
function logSigner(dir: string, logKey: string | null): LogSigner {
  const wrong = (message: string) => new BadInput(logKeyFile(dir), [{ message }])
  if (logKey === null)
    throw wrong('belongs to an election that was made before clusters had public logs: make it anew')
  const signer = logSignerIn(dir)
  if (signer === null) throw wrong('is missing, the key of the public log: put it back from a backup')
  if (signer.verifierKey !== logKey)
    throw wrong(`is not the key of this election’s log (${logKey}): put it back from a backup`)
  return signer
}

/** @throws {BadInput} where PostgreSQL has lost the log's beginning */
async function logVersion(dir: string, id: string, database: Database): Promise<LogVersion> {
  const genesis = (await postgresJournal(database, id).ofSize(1))?.record ?? null
  if (genesis !== null) return parseRecord(genesis).v
  throw new BadInput(dir, [
    { message: 'PostgreSQL has lost the beginning of its public log: restore it from a backup' },
  ])
}
