/**
 * Examines an election's folder for `elections doctor`, without changing it. Every finding says
 * what is wrong and what to do.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Choices, parseChoices } from '../../core/election/choices.ts'
import type { Election } from '../../core/election/definition.ts'
import type { Credential, Tag } from '../../ports/digest.ts'
import { isDraftOf } from '../node/durable-file.ts'
import { checkVersion, OtherDatabase } from './election-database.ts'
import { controlFile, databaseFile, definitionFile, electionsDir, secretFile, tokensFile } from './layout.ts'
import { BrokenInvariant, loadKeys } from './load.ts'
import { secretDestroyed } from './secret-fact.ts'

export interface Finding {
  readonly check: string
  readonly wrong?: string
  /** What the organiser should do about it. */
  readonly remedy?: string
}

const FROM_ISSUED_KEYS = 'every ballot from an issued key, none twice'
const FROM_BACKUP = 'stop the server, keep this folder as evidence, and restore the newest backup'

/**
 * Runs the checks, cheapest first, and ends early if a failed check makes the later ones pointless.
 */
export function* examine(
  dir: string,
  election: Election,
  tagger: (secret: Uint8Array) => (credential: Credential) => Tag,
): Generator<Finding> {
  const destroyed = existsSync(databaseFile(dir)) && wasSecretDestroyed(databaseFile(dir))
  const due = [databaseFile(dir), definitionFile(dir), ...(destroyed ? [] : [secretFile(dir)])]
  const missing = due.filter((path) => !existsSync(path))
  if (missing.length > 0) {
    yield { check: 'files', wrong: `missing: ${missing.join(', ')}`, remedy: FROM_BACKUP }
    return
  }
  yield { check: 'files' }
  yield destroyed ? secretGone(dir) : secretMode(dir)
  const database = new DatabaseSync(databaseFile(dir), { readOnly: true, timeout: 2_000 })
  try {
    const version = attempt('schema', () => checkVersion(database))
    yield version
    if (version.wrong) return
    yield attempt('database file', () => integrity(database))
    yield attempt('definition unchanged', () => definitionUnchanged(dir, database))
    const tagOf = tagger(destroyed ? randomBytes(32) : readFileSync(secretFile(dir)))
    const origin = destroyed ? 'no more ballots than issued keys, none twice' : FROM_ISSUED_KEYS
    yield attempt(origin, () => {
      loadKeys(database, election.districts.length, tagOf, undefined, !destroyed)
    })
    yield attempt('every ballot fits the election', () => choicesFit(database, election))
    yield attempt('turnout adds up', () => turnoutAddsUp(database))
    yield attempt('append-only guards', () => guardsInPlace(database))
  } finally {
    database.close()
  }
}

/** Files of a server, which removes its own drafts when it writes the file again. */
const OF_SERVERS = [controlFile, tokensFile].map((pathIn) => basename(pathIn('')))

/** Drafts of elections and key files that a killed `init` left behind. */
export function abandonedDrafts(dataDir: string): string[] {
  return [dataDir, electionsDir(dataDir)].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith('.') && name.includes('.draft'))
      .filter((name) => !OF_SERVERS.some((file) => isDraftOf(name, file)))
      .map((name) => join(folder, name)),
  )
}

function attempt(check: string, look: () => void): Finding {
  try {
    look()
    return { check }
  } catch (cause) {
    const unreadable = 'the database could not be read: '
    const isExplained = cause instanceof BrokenInvariant || cause instanceof OtherDatabase
    const wrong = isExplained ? cause.message : unreadable + (cause as Error).message
    return { check, wrong, remedy: FROM_BACKUP }
  }
}

function secretMode(dir: string): Finding {
  const mode = statSync(secretFile(dir)).mode & 0o077
  const check = 'election secret is private'
  return mode === 0 || process.platform === 'win32'
    ? { check }
    : { check, wrong: 'others can read it', remedy: `chmod 600 ${secretFile(dir)}` }
}

function secretGone(dir: string): Finding {
  const check = 'election secret destroyed, as requested'
  return existsSync(secretFile(dir))
    ? { check, wrong: 'its file is still there', remedy: `delete ${secretFile(dir)}` }
    : { check }
}

/** Returns false for a database that cannot be read: a later check reports that. */
function wasSecretDestroyed(file: string): boolean {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 })
  try {
    return secretDestroyed(database) !== undefined
  } catch {
    return false
  } finally {
    database.close()
  }
}

function integrity(database: DatabaseSync): void {
  const row = database.prepare('PRAGMA quick_check(1)').get()
  const verdict = row === undefined ? 'no answer' : String(Object.values(row)[0])
  if (verdict !== 'ok') throw new BrokenInvariant(`SQLite says: ${verdict}`)
}

function definitionUnchanged(dir: string, database: DatabaseSync): void {
  const row = database.prepare("SELECT value FROM facts WHERE name = 'definition_sha256'").get()
  const found = createHash('sha256')
    .update(readFileSync(definitionFile(dir)))
    .digest('hex')
  if (row?.value !== found)
    throw new BrokenInvariant('election.json is not the file that the election was created from')
}

function choicesFit(database: DatabaseSync, election: Election): void {
  const said = database.prepare(
    'SELECT choices, district, min(seq) AS seq FROM ballots GROUP BY choices, district',
  )
  for (const { choices, district, seq } of said.iterate()) {
    try {
      parseChoices(choices as Choices, election)
    } catch (cause) {
      throw new BrokenInvariant(`ballot ${seq}: ${(cause as Error).message}`)
    }
    if (election.districts[Number(district)] === undefined)
      throw new BrokenInvariant(`ballot ${seq} names no district`)
  }
}

function turnoutAddsUp(database: DatabaseSync): void {
  const row = database
    .prepare(
      'SELECT (SELECT count(*) FROM ballots) AS stored, ' +
        '(SELECT coalesce(sum(ballots), 0) FROM turnout) AS seen',
    )
    .get()!
  if (row.stored !== row.seen)
    throw new BrokenInvariant(`${row.stored} ballots are stored but turnout counts ${row.seen}`)
}

function guardsInPlace(database: DatabaseSync): void {
  const row = database
    .prepare(
      "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'trigger' " +
        "AND name IN ('ballots_never_change', 'ballots_never_go')",
    )
    .get()!
  if (row.n !== 2) throw new BrokenInvariant('the triggers that keep the ballot log append-only are missing')
}
