/** Elections and their rolls in PostgreSQL: written in one transaction, then only read. */
import { Fault } from '../../core/fault.ts'
import type { Tag } from '../../ports/digest.ts'
import type { JournalBatch } from '../../ports/log-journal.ts'
import { type Database, rollBack } from './database.ts'
import { writeGenesis } from './log-journal.ts'

const TAG_BYTES = 32
const DISTRICT_BYTES = 2
const STRETCH = 65_536

export interface IssuedTag {
  readonly tag: Tag
  /** Index into the election's districts. */
  readonly district: number
}

export interface StoredElection {
  /** The original text of the definition. */
  readonly definition: string
  readonly definitionSha256: string
  readonly keysIssued: number
  /** Keys issued per district, in definition order. */
  readonly eligible: readonly number[]
  /** The verifier key of its public log; null if the election was created without one. */
  readonly logKey: string | null
}

export class ElectionExists extends Fault<'election-exists'> {
  constructor(id: string) {
    super('election-exists', { where: `the database has an election "${id}"` })
  }
}

export interface ElectionDraft {
  readonly add: (batch: readonly IssuedTag[]) => Promise<void>
  /** The pictures of the definition, by SHA-256 in hexadecimal. */
  readonly addPictures: (pictures: ReadonlyMap<string, Uint8Array>) => Promise<void>
  /** Adds its public log. */
  readonly beginLog: (verifierKey: string, genesis: JournalBatch) => Promise<void>
  readonly commit: () => Promise<void>
  readonly abort: () => Promise<void>
}

/**
 * Begins a new election, which is invisible before `commit`.
 * @throws {ElectionExists} if the id exists; first waits for the transaction of another process
 *   that is creating it
 */
export async function createElection(
  database: Database,
  id: string,
  definition: { readonly text: string; readonly sha256: string },
  districts: number,
): Promise<ElectionDraft> {
  const connection = await database.connect()
  const eligible = new Array<number>(districts).fill(0)
  let held: IssuedTag[] = []
  let stretches = 0
  try {
    // Writing a large roll takes longer than the limit for single statements.
    await connection.query('BEGIN')
    const { rowCount } = await connection.query(
      `INSERT INTO elections (id, definition, definition_sha256, keys_issued, eligible)
       VALUES ($1, $2, $3, 0, '{}')
       ON CONFLICT DO NOTHING`,
      [id, definition.text, definition.sha256],
    )
    if (rowCount === 0) throw new ElectionExists(id)
  } catch (cause) {
    await rollBack(connection, cause)
    throw cause
  }
  const write = async (stretch: readonly IssuedTag[]): Promise<void> => {
    const { tags, districts } = pack(stretch)
    await connection.query('INSERT INTO roll VALUES ($1, $2, $3, $4)', [id, stretches++, tags, districts])
  }
  return {
    add: async (batch) => {
      for (const { district } of batch) eligible[district]!++
      held = held.concat(batch)
      for (; held.length >= STRETCH; held = held.slice(STRETCH)) await write(held.slice(0, STRETCH))
    },
    addPictures: async (pictures) => {
      for (const [sha256, bytes] of pictures)
        await connection.query('INSERT INTO election_pictures VALUES ($1, $2, $3)', [
          id,
          sha256,
          Buffer.from(bytes),
        ])
    },
    beginLog: (verifierKey, genesis) => writeGenesis(connection, id, verifierKey, genesis),
    commit: async () => {
      if (held.length > 0) await write(held)
      const keys = eligible.reduce((sum, count) => sum + count, 0)
      await connection.query('UPDATE elections SET keys_issued = $2, eligible = $3 WHERE id = $1', [
        id,
        keys,
        eligible,
      ])
      await connection.query(
        "INSERT INTO events (election, event, detail) VALUES ($1, 'issued', " +
          "jsonb_build_object('keys', $2::bigint))",
        [id, keys],
      )
      await connection.query('COMMIT')
      connection.release()
    },
    abort: () => rollBack(connection),
  }
}

function pack(stretch: readonly IssuedTag[]): { tags: Buffer; districts: Buffer } {
  const tags = Buffer.allocUnsafe(stretch.length * TAG_BYTES)
  const districts = Buffer.allocUnsafe(stretch.length * DISTRICT_BYTES)
  for (const [i, { tag, district }] of stretch.entries()) {
    tags.write(tag, i * TAG_BYTES, TAG_BYTES, 'latin1')
    districts.writeUInt16BE(district, i * DISTRICT_BYTES)
  }
  return { tags, districts }
}

/** Removes an election that was just written, because a later step of `init` failed. */
export async function removeElection(database: Database, id: string): Promise<void> {
  await database.query('DELETE FROM elections WHERE id = $1', [id])
}

/** @returns undefined if there is no such election */
export async function readElection(database: Database, id: string): Promise<StoredElection | undefined> {
  const { rows } = await database.query<{
    definition: string
    definition_sha256: string
    keys_issued: string
    eligible: number[]
    log_key: string | null
  }>('SELECT definition, definition_sha256, keys_issued, eligible, log_key FROM elections WHERE id = $1', [
    id,
  ])
  const row = rows[0]
  if (row === undefined) return undefined
  return {
    definition: row.definition,
    definitionSha256: row.definition_sha256,
    keysIssued: Number(row.keys_issued),
    eligible: row.eligible,
    logKey: row.log_key,
  }
}

/** A picture of the definition; undefined if the database has none with that SHA-256. */
export async function readPicture(
  database: Database,
  id: string,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const { rows } = await database.query<{ bytes: Buffer }>(
    'SELECT bytes FROM election_pictures WHERE election = $1 AND sha256 = $2',
    [id, sha256],
  )
  return rows[0]?.bytes
}

/** Yields the roll in chunks, in the order in which it was written. */
export async function* readRoll(database: Database, id: string): AsyncGenerator<readonly IssuedTag[]> {
  for (let stretch = 0; ; stretch++) {
    const { rows } = await database.query<{ tags: Buffer; districts: Buffer }>(
      'SELECT tags, districts FROM roll WHERE election = $1 AND stretch = $2',
      [id, stretch],
    )
    const row = rows[0]
    if (row === undefined) return
    yield Array.from({ length: row.districts.length / DISTRICT_BYTES }, (_, i) => ({
      tag: row.tags.toString('latin1', i * TAG_BYTES, (i + 1) * TAG_BYTES) as Tag,
      district: row.districts.readUInt16BE(i * DISTRICT_BYTES),
    }))
  }
}
