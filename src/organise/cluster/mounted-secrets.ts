/**
 * Elections of a cluster without a data folder that somebody copied: keys from a folder of mounted
 * Secrets, one folder per election, all else from PostgreSQL. The data folder is scratch: it may be
 * empty at every start.
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
 * Ids of the elections whose keys lie below the folder, in order. What begins with a full stop is
 * Kubernetes' own.
 * @throws {BadInput} where the folder is missing or holds none
 */
export function mountedElections(secretsDir: string): readonly string[] {
  const wrong = (message: string) => new BadInput(secretsDir, [{ message }])
  let names: string[]
  try {
    names = readdirSync(secretsDir).filter((name) => !name.startsWith('.'))
  } catch (cause) {
    throw wrong(`cannot be read (${(cause as NodeJS.ErrnoException).code}): is the Secret mounted there?`)
  }
  // A folder may be a symbolic link: so are those of a projected volume.
  const ids = names.filter((name) => statSync(join(secretsDir, name)).isDirectory()).sort()
  const strange = ids.find((id) => !isId(id))
  if (strange !== undefined) throw wrong(`“${strange}” in it is no election’s id`)
  if (ids.length === 0)
    throw wrong(
      'holds no folder of an election: mount its Secret at ID in it (“init --cluster --emit-secret”)',
    )
  return ids
}

/**
 * Makes an election's folder of its keys and of what PostgreSQL has, as far as it is not there. The
 * keys stay where they are mounted: a link leads to them.
 * @throws {BadInput} where a key is missing or malformed, PostgreSQL does not have the election, or
 *   the folder has other keys
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
  // Last: with it the folder counts as one of a cluster's election.
  put(clusterFile(dir), Buffer.from(`${JSON.stringify({ election: id })}\n`))
}

/**
 * What PostgreSQL has of an election. @param keys where its keys are mounted @throws {BadInput}
 * where it has none
 */
export async function storedElection(database: Database, id: string, keys: string): Promise<StoredElection> {
  const stored = await readElection(database, id)
  if (stored !== undefined) return stored
  throw new BadInput(keys, [
    { message: `PostgreSQL has no election "${id}": is DATABASE_URL the one it was made with?` },
  ])
}

/**
 * The seal key that is mounted for an election, or that follows from its secret. @throws {BadInput}
 */
export function mountedSealKey(secretsDir: string, id: string): string {
  const path = join(secretsDir, id, SEAL_KEY)
  const text = readOrNone(path)?.toString('utf8').trim()
  if (text === undefined) {
    const secret = readOrNone(join(secretsDir, id, ELECTION_SECRET))
    if (secret !== undefined) return sealKeyOf(fittingSecret(secret, join(secretsDir, id, ELECTION_SECRET)))
    throw new BadInput(path, [{ message: 'is missing: mount the Secret elections-seal-ID' }])
  }
  if (!isSealKey(text)) throw new BadInput(path, [{ message: 'is malformed: no seal key' }])
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

/**
 * @throws {BadInput} where keys lie in the folder itself: which ones are meant is not to be guessed
 */
function linkKeys(link: string, keys: string): void {
  const there = lstatSync(link, { throwIfNoEntry: false })
  if (there !== undefined && !there.isSymbolicLink())
    throw new BadInput(link, [
      {
        message: 'is there: with --secrets the data folder is to have no keys of its own; name an empty one',
      },
    ])
  if (there !== undefined && readlinkSync(link) === keys) return
  // In one step: a publisher that stands by may share the folder, and read the keys just now.
  const draft = `${link}.${randomUUID()}`
  symlinkSync(keys, draft, 'junction')
  renameSync(draft, link)
}

/** Writes a file where it does not have these bytes. */
function put(path: string, bytes: Uint8Array): void {
  if (readOrNone(path)?.equals(bytes)) return
  replaceFile(path, bytes, PRIVATE_FILE)
}
