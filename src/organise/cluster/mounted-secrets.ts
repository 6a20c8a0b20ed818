/**
 * Starts elections of a cluster without a copied data folder: keys come from a folder of mounted
 * Secrets with one folder per election, everything else from PostgreSQL. The data folder is
 * temporary and may be empty at every start.
 */
import { randomUUID } from 'node:crypto'
import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import {
  clusterFile,
  definitionFile,
  electionDir,
  keysDir,
  picturesDir,
} from '../../adapters/embedded/layout.ts'
import { makePrivateFolder, PRIVATE_FILE } from '../../adapters/embedded/privacy.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readDefinition } from '../../adapters/files/definition-file.ts'
import { replaceFile } from '../../adapters/node/durable-file.ts'
import { isSealKey, sealKeyOf } from '../../adapters/node/sealer.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { readElection, readPicture, type StoredElection } from '../../adapters/postgres/elections.ts'
import { namedFileHashes } from '../../core/election/definition.ts'
import { isId } from '../../core/election/id.ts'
import { ELECTION_SECRET, fittingSecret, LOG_KEY, SEAL_KEY } from './emitted-secret.ts'

/**
 * Returns the ids of the elections whose keys are below the folder, sorted. Names that begin with a
 * full stop belong to Kubernetes.
 * @throws {BadInput} if the folder is missing or has no election
 */
export function mountedElections(secretsDir: string): readonly string[] {
  const wrong = (message: string) => new BadInput(secretsDir, [{ message }])
  let names: string[]
  try {
    names = readdirSync(secretsDir).filter((name) => !name.startsWith('.'))
  } catch (cause) {
    throw wrong(
      `cannot be read (${(cause as NodeJS.ErrnoException).code}): check that the Secret is mounted there`,
    )
  }
  // A folder may be a symbolic link: so are those of a projected volume.
  const ids = names.filter((name) => statSync(join(secretsDir, name)).isDirectory()).sort()
  const strange = ids.find((id) => !isId(id))
  if (strange !== undefined) throw wrong(`contains “${strange}”, which is not an election id`)
  if (ids.length === 0)
    throw wrong(
      'has no folder of an election: mount its Secret there as a folder named by the election ' +
        'id (“init --cluster --emit-secret”)',
    )
  return ids
}

/**
 * Completes an election's folder from its keys and from PostgreSQL. The keys stay where they are
 * mounted: the folder gets a link to them.
 * @throws {BadInput} if a key is missing or malformed, PostgreSQL does not have the election, or
 * the folder has other keys
 */
export async function fillFolder(
  dataDir: string,
  secretsDir: string,
  id: string,
  database: Database,
): Promise<void> {
  const keys = resolve(secretsDir, id)
  refuseUnfitKeys(keys)
  const stored = await storedElection(database, id, keys)
  const dir = electionDir(dataDir, id)
  makePrivateFolder(dir)
  linkKeys(keysDir(dir), keys)
  put(definitionFile(dir), Buffer.from(stored.definition))
  const { election } = await readDefinition(definitionFile(dir))
  const hashes = namedFileHashes(election)
  if (hashes.length > 0) makePrivateFolder(picturesDir(dir))
  for (const sha256 of hashes) {
    const picture = await readPicture(database, id, sha256)
    if (picture !== undefined) put(join(picturesDir(dir), sha256), picture)
  }
  // Last: this file marks the folder as one of a cluster's election.
  put(clusterFile(dir), Buffer.from(`${JSON.stringify({ election: id })}\n`))
}

/**
 * What PostgreSQL has of an election.
 * @param keys where its keys are mounted
 * @throws {BadInput} if it does not have the election
 */
export async function storedElection(database: Database, id: string, keys: string): Promise<StoredElection> {
  const stored = await readElection(database, id)
  if (stored !== undefined) return stored
  throw new BadInput(keys, [
    {
      message:
        `PostgreSQL has no election "${id}": check that DATABASE_URL is the database it was ` +
        'created with',
    },
  ])
}

/**
 * Returns the seal key mounted for an election, or the one derived from its secret.
 * @throws {BadInput} if neither is mounted or it is malformed
 */
export function mountedSealKey(secretsDir: string, id: string): string {
  const path = join(secretsDir, id, SEAL_KEY)
  const text = readOrNone(path)?.toString('utf8').trim()
  if (text === undefined) {
    const secret = readOrNone(join(secretsDir, id, ELECTION_SECRET))
    if (secret !== undefined) return sealKeyOf(fittingSecret(secret, join(secretsDir, id, ELECTION_SECRET)))
    throw new BadInput(path, [{ message: 'is missing: mount the Secret elections-seal-ID' }])
  }
  if (!isSealKey(text)) throw new BadInput(path, [{ message: 'is malformed: it is not a seal key' }])
  return text
}

function refuseUnfitKeys(keys: string): void {
  const [secret] = [ELECTION_SECRET, LOG_KEY].map((name) => {
    const bytes = readOrNone(join(keys, name))
    if (bytes !== undefined) return bytes
    throw new BadInput(join(keys, name), [
      { message: 'is missing: mount the Secret elections-keys-ID of “init --cluster --emit-secret”' },
    ])
  })
  fittingSecret(secret!, join(keys, ELECTION_SECRET))
}

function readOrNone(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new BadInput(path, [{ message: `cannot be read (${code})` }])
  }
}

/** @throws {BadInput} if the folder has keys itself: which keys are meant would be a guess */
function linkKeys(link: string, keys: string): void {
  const there = lstatSync(link, { throwIfNoEntry: false })
  if (there !== undefined && !there.isSymbolicLink())
    throw new BadInput(link, [
      {
        message: 'exists already: with --secrets the data folder must not contain keys; name an empty folder',
      },
    ])
  if (there !== undefined && readlinkSync(link) === keys) return
  // In one step: a standby publisher may share the folder and read the keys at this moment.
  const draft = `${link}.${randomUUID()}`
  symlinkSync(keys, draft, 'junction')
  renameSync(draft, link)
}

/** Writes the file unless it already has these bytes. */
function put(path: string, bytes: Uint8Array): void {
  if (readOrNone(path)?.equals(bytes)) return
  replaceFile(path, bytes, PRIVATE_FILE)
}
