/**
 * An election put aside so that it can be made again under its id: before anybody has voted, and
 * while its voter keys still lie where they were made. Nothing is thrown away before the new one is
 * in place.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openElectionDatabase } from '../adapters/embedded/election-database.ts'
import {
  clusterFile,
  databaseFile,
  definitionFile,
  electionDir,
  electionsDir,
} from '../adapters/embedded/layout.ts'
import { type FolderLock, lockFolder } from '../adapters/embedded/lock.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { readKeyFile } from '../adapters/files/key-file.ts'
import { nodeDigest } from '../adapters/node/digest.ts'
import { syncPath } from '../adapters/node/durable-file.ts'
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import type { DefinitionFile } from '../core/election/definition.ts'
import { definitionChanges } from '../core/election/definition-changes.ts'

export interface SetAside {
  /** What the new definition and roll change, a sentence each. */
  readonly changes: readonly string[]
  /** Puts everything back where it was. */
  readonly restore: () => void
  /** Throws away what was replaced: the new election is in place. */
  readonly discard: () => void
}

export interface Replacement {
  readonly dataDir: string
  /** The new definition. */
  readonly file: DefinitionFile
  /** The key file of the election that is there, and of the new one. */
  readonly keys: string
  /** Voters on the new roll. */
  readonly voters: number
}

/**
 * @throws {BadInput} where there is no such election, somebody has voted, or its keys are not all
 *   in the key file
 * @throws {FolderInUse} where a server runs on the data folder
 */
export async function setAside({ dataDir, file, keys, voters }: Replacement): Promise<SetAside> {
  const dir = electionDir(dataDir, file.id)
  if (!existsSync(definitionFile(dir)))
    throw new BadInput(dir, [{ message: 'there is no election to replace: leave out --replace' }])
  if (existsSync(clusterFile(dir)))
    throw new BadInput(dir, [{ message: 'its ballots lie on a cluster: give the new election another id' }])
  const lock = lockFolder(dataDir)
  try {
    const before = await readDefinition(definitionFile(dir))
    const issued = refuseVoted(dir)
    await refuseHandedOut(dir, file.id, keys, issued)
    const changes = definitionChanges(before.file, file)
    if (voters !== issued) changes.push(`voters: ${count(issued)} become ${count(voters)}`)
    return {
      changes: changes.length > 0 ? changes : ['nothing but the keys'],
      ...moved(dataDir, dir, keys, lock),
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

const count = (n: number) => n.toLocaleString('en')

/** @returns keys issued. @throws {BadInput} where a ballot is stored */
function refuseVoted(dir: string): number {
  const database = openElectionDatabase(databaseFile(dir), { readOnly: true })
  try {
    const one = (sql: string) => Number(Object.values(database.prepare(sql).get()!)[0])
    const ballots = one('SELECT count(*) FROM ballots')
    if (ballots > 0)
      throw new BadInput(dir, [
        { message: `somebody has voted (${count(ballots)} ballots): it cannot be replaced any more` },
      ])
    return one('SELECT count(*) FROM voters')
  } finally {
    database.close()
  }
}

/**
 * A key that was handed out would stop working: so all of them must still lie in the file they were
 * made in. That no copy has been given to anybody is the organiser's word, by which `--replace` is
 * typed.
 */
async function refuseHandedOut(dir: string, id: string, path: string, issued: number): Promise<void> {
  const handedOut = (why: string) =>
    new BadInput(path, [
      { message: `${why}: keys of the election may have been handed out, so it stays as it is` },
    ])
  if (!existsSync(path)) throw handedOut('is not there')
  const database = openElectionDatabase(databaseFile(dir), { readOnly: true })
  const digest = nodeDigest()
  try {
    const known = database.prepare('SELECT 1 FROM voters WHERE credential = ?')
    const prefix = credentialPrefix(id)
    let found = 0
    for await (const batch of readKeyFile(path))
      for (const { personal_id, guid } of batch) {
        const credential = digest.credential(credentialText(prefix, personal_id, guid))
        if (known.get(Buffer.from(credential, 'latin1')) === undefined)
          throw handedOut('holds a key that is not of this election')
        found++
      }
    if (found !== issued) throw handedOut(`holds ${count(found)} of ${count(issued)} keys`)
  } finally {
    database.close()
  }
}

function moved(dataDir: string, dir: string, keys: string, lock: FolderLock): Omit<SetAside, 'changes'> {
  const mark = `.replaced-${randomBytes(6).toString('hex')}`
  // A name that begins with a dot is no election's.
  const aside = join(electionsDir(dataDir), `${mark}.election`)
  const keysAside = `${keys}${mark}`
  const move = (from: string, to: string) => {
    renameSync(from, to)
    syncPath(dirname(to))
  }
  move(dir, aside)
  try {
    move(keys, keysAside)
  } catch (error) {
    move(aside, dir)
    throw error
  }
  return {
    restore: () => {
      move(aside, dir)
      move(keysAside, keys)
      lock.release()
    },
    discard: () => {
      rmSync(keysAside)
      rmSync(aside, { recursive: true })
      lock.release()
    },
  }
}
