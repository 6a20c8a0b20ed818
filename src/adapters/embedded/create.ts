/**
 * Makes an election's folder. Nothing shows under its name until all of it is on disk: it grows in
 * a hidden sibling and is moved into place by one rename.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type DefinitionFile, electionFrom } from '../../core/election/definition.ts'
import { Fault } from '../../core/fault.ts'
import type { IssuedCredential } from '../../ports/voter-roll.ts'
import { syncPath } from '../node/durable-file.ts'
import {
  databaseFile,
  definitionFile,
  electionDir,
  electionsDir,
  keysDir,
  logKeyFile,
  picturesDir,
  secretFile,
} from './layout.ts'
import { makePrivateFile, makePrivateFolder, PRIVATE_FILE } from './privacy.ts'
import { SCHEMA } from './schema.ts'
import { readSettings, writeSettings } from './settings.ts'

const SECRET_BYTES = 32

export class ElectionExists extends Fault<'election-exists'> {
  constructor(dir: string) {
    super('election-exists', { where: `${dir} exists` })
  }
}

/** The public log that an election begins with. */
export interface NewLog {
  /** Its key as a C2SP signer key: secret. */
  readonly signerKey: string
  /**
   * Makes its genesis in the election's folder, once the roll is complete; durable when it
   * resolves.
   */
  readonly found: (dir: string) => Promise<void>
}

export interface ElectionDraft {
  readonly add: (batch: readonly IssuedCredential[]) => void
  /**
   * Puts the election in place, durable. It becomes the default one if asked, or if there is none
   * yet.
   */
  readonly commit: (options?: { readonly makeDefault?: boolean }) => Promise<void>
  readonly abort: () => Promise<void>
}

/**
 * Begins a new election in a data folder.
 * @param text the definition as the organiser wrote it, kept as it is
 * @param log without one the election has no public log until it is served
 * @param pictures those of the definition, by SHA-256
 * @throws {ElectionExists} here or in `commit`
 */
export async function createElection(
  dataDir: string,
  file: DefinitionFile,
  text: string,
  log?: NewLog,
  pictures: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<ElectionDraft> {
  const target = electionDir(dataDir, file.id)
  if (existsSync(target)) throw new ElectionExists(target)
  makePrivateFolder(electionsDir(dataDir))
  const draft = join(electionsDir(dataDir), `.${file.id}.draft-${randomBytes(6).toString('hex')}`)
  const database = beginDraft(draft, file, text, { log, pictures })
  const insert = database.prepare('INSERT INTO voters (credential, district) VALUES (?, ?)')
  const bytes = Buffer.alloc(32)

  return {
    add: (batch) => {
      database.exec('BEGIN')
      for (const { credential, district } of batch) {
        bytes.write(credential, 0, 32, 'latin1')
        insert.run(bytes, district)
      }
      database.exec('COMMIT')
    },
    commit: async (options = {}) => {
      // The count of issued keys is a fact of its own: a voter row slipped in later does not add
      // up.
      database.exec("INSERT INTO facts SELECT 'keys_issued', CAST(count(*) AS TEXT) FROM voters")
      database
        .prepare('INSERT INTO events (at, event, detail) VALUES (?, ?, ?)')
        .run(new Date().toISOString(), 'issued', 'the election was defined and its keys were issued')
      database.exec('PRAGMA journal_mode = WAL')
      database.close()
      await log?.found(draft)
      // An election that moves to a cluster leaves its database behind.
      for (const path of [databaseFile(draft), keysDir(draft), picturesDir(draft), draft])
        if (existsSync(path)) syncPath(path)
      if (existsSync(target)) throw new ElectionExists(target)
      renameSync(draft, target)
      syncPath(electionsDir(dataDir))
      try {
        const settings = readSettings(dataDir)
        if (options.makeDefault || settings.defaultElection === undefined)
          writeSettings(dataDir, { ...settings, defaultElection: file.id })
      } catch (cause) {
        // Whoever is told that it failed takes the keys back; an election without keys must not
        // stay.
        rmSync(target, { recursive: true, force: true })
        throw cause
      }
    },
    abort: async () => {
      if (database.isOpen) database.close()
      rmSync(draft, { recursive: true, force: true })
    },
  }
}

interface DraftFiles {
  readonly log: NewLog | undefined
  readonly pictures: ReadonlyMap<string, Uint8Array>
}

/** The folder and the database of a draft; neither is left where that fails, as on a full disk. */
function beginDraft(
  draft: string,
  file: DefinitionFile,
  text: string,
  { log, pictures }: DraftFiles,
): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    makePrivateFolder(keysDir(draft))
    writeDurably(definitionFile(draft), text)
    writeDurably(secretFile(draft), randomBytes(SECRET_BYTES))
    if (log !== undefined) writeDurably(logKeyFile(draft), `${log.signerKey}\n`)
    if (pictures.size > 0) makePrivateFolder(picturesDir(draft))
    for (const [sha256, bytes] of pictures) writeDurably(join(picturesDir(draft), sha256), bytes)
    makePrivateFile(databaseFile(draft))
    database = new DatabaseSync(databaseFile(draft))
    // A draft that is cut off is thrown away, so its writes need no journal; all of it is synced
    // before the rename.
    database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${SCHEMA}`)
    describe(database, file, text)
    return database
  } catch (cause) {
    database?.close()
    rmSync(draft, { recursive: true, force: true })
    throw cause
  }
}

function describe(database: DatabaseSync, file: DefinitionFile, text: string): void {
  const election = electionFrom(file)
  const fact = database.prepare('INSERT INTO facts VALUES (?, ?)')
  fact.run('election', election.id)
  fact.run('definition_sha256', createHash('sha256').update(text).digest('hex'))
  database.exec('BEGIN')
  const district = database.prepare('INSERT INTO districts VALUES (?, ?, ?)')
  for (const [d, { id, name }] of election.districts.entries()) district.run(d, id, name)
  const contest = database.prepare('INSERT INTO contests VALUES (?, ?, ?, ?)')
  const option = database.prepare('INSERT INTO options VALUES (?, ?, ?, ?)')
  for (const [c, { id, title, votes, options }] of election.contests.entries()) {
    contest.run(c, id, title, votes)
    for (const [o, { id: optionId, name }] of options.entries()) option.run(c, o, optionId, name)
  }
  database.exec('COMMIT')
}

function writeDurably(path: string, data: string | Uint8Array): void {
  writeFileSync(path, data, { mode: PRIVATE_FILE, flush: true })
}
