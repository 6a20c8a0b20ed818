/**
 * Rebuilds the state of the keys in memory: the issued ones from the roll, the used ones from the
 * ballot log.
 *
 * Rows are fetched thousands at a time as one hexadecimal string, which costs a third of an object
 * per row.
 */
import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/fault.ts'
import type { Credential, Tag } from '../../ports/digest.ts'
import { KeyIndex } from './key-index.ts'
import { readSavedKeys } from './saved-keys.ts'

const PAGE = 20_000

/**
 * The log or the roll contradicts itself. The program repairs nothing and reports it to the
 * organiser.
 */
export class BrokenInvariant extends Fault<'broken-records'> {
  constructor(what: string, options?: ErrorOptions) {
    super('broken-records', { what }, options)
  }
}

export interface LoadedKeys {
  readonly keys: KeyIndex
  /** Keys issued per district. */
  readonly eligible: Float64Array
  /** Rows of the roll whose keys came from a saved file. */
  readonly restored: number
}

/**
 * Where issued keys may have been saved, and the key that authenticates the file (saved-keys.ts).
 */
export interface SavedBefore {
  readonly path: string
  readonly macKey: Uint8Array
}

export type LoadProgress = (done: number, total: number) => void

/**
 * @param named whether tags can be matched with keys: false once the election secret is destroyed
 * @throws {BrokenInvariant} naming the row
 */
export function loadKeys(...how: Parameters<typeof loadingKeys>): LoadedKeys {
  const loading = loadingKeys(...how)
  for (;;) {
    const { done, value } = loading.next()
    if (done) return value
  }
}

/**
 * Like {@link loadKeys}, but page by page, so that the caller can take votes of other elections
 * meanwhile.
 */
export function* loadingKeys(
  database: DatabaseSync,
  districts: number,
  tagOf: (credential: Credential) => Tag,
  onProgress: LoadProgress = () => {},
  named = true,
  saved?: SavedBefore,
): Generator<void, LoadedKeys> {
  const voters = count(database, 'SELECT coalesce(max(voter), 0) AS n FROM voters')
  const ballots = count(database, 'SELECT coalesce(max(seq), 0) AS n FROM ballots')
  const issued = database.prepare("SELECT value FROM facts WHERE name = 'keys_issued'").get()
  if (Number(issued?.value) !== voters)
    throw new BrokenInvariant(`${issued?.value} keys were issued but the roll has ${voters}`)
  const keys = new KeyIndex(voters)
  const eligible = new Float64Array(districts)
  const restored = saved === undefined ? 0 : yield* restore(database, voters, keys, eligible, saved)
  const report = (done: number) => onProgress(done, voters + ballots)
  yield* issue(database, { from: restored, voters }, keys, eligible, tagOf, report)
  if (named) yield* spend(database, ballots, keys, (done) => onProgress(voters + done, voters + ballots))
  else countSpent(database, ballots, voters, keys)
  return { keys, eligible, restored }
}

/**
 * Loads keys from a saved file.
 * @returns the number of rows; 0 if the file is malformed, or of another roll
 */
function* restore(
  database: DatabaseSync,
  voters: number,
  keys: KeyIndex,
  eligible: Float64Array,
  { path, macKey }: SavedBefore,
): Generator<void, number> {
  const saved = yield* readSavedKeys(path, macKey, voters)
  if (saved === undefined) return 0
  const last = database.prepare('SELECT credential FROM voters WHERE voter = ?').get(saved.rows)
  if (last === undefined || !Buffer.from(last.credential as Uint8Array).equals(saved.lastCredential)) return 0
  const perDistrict = new Float64Array(1 << 16)
  for (const district of saved.districts) perDistrict[district]!++
  if (perDistrict.subarray(eligible.length).some((some) => some > 0)) return 0
  yield* keys.addAll(saved)
  eligible.set(perDistrict.subarray(0, eligible.length))
  return saved.rows
}

function* issue(
  database: DatabaseSync,
  { from: first, voters }: { readonly from: number; readonly voters: number },
  keys: KeyIndex,
  eligible: Float64Array,
  tagOf: (credential: Credential) => Tag,
  onProgress: (done: number) => void,
): Generator<void> {
  const page = database.prepare(
    `SELECT group_concat(hex(credential), '') AS credentials, json_group_array(district) AS districts
     FROM (SELECT credential, district FROM voters WHERE voter > ? AND voter <= ? ORDER BY voter)`,
  )
  for (let from = first; from < voters; from += PAGE) {
    const row = page.get(from, from + PAGE)!
    const bytes = Buffer.from(row.credentials as string, 'hex')
    const districts = JSON.parse(row.districts as string) as number[]
    if (bytes.length !== Math.min(PAGE, voters - from) * 32)
      throw new BrokenInvariant(
        `the roll has gaps or malformed credentials between rows ${from + 1} and ${from + PAGE}`,
      )
    for (let i = 0; i < districts.length; i++) {
      const district = districts[i]!
      if (!(district >= 0 && district < eligible.length))
        throw new BrokenInvariant(`row ${from + 1 + i} of the roll names no district`)
      addKey(keys, tagOf(bytes.toString('latin1', i * 32, i * 32 + 32) as Credential), district, from + 1 + i)
      eligible[district]!++
    }
    onProgress(Math.min(from + PAGE, voters))
    yield
  }
}

function addKey(keys: KeyIndex, tag: Tag, district: number, row: number): void {
  try {
    keys.add(tag, district)
  } catch (cause) {
    throw new BrokenInvariant(`row ${row} of the roll: ${(cause as Error).message}`, { cause })
  }
}

function* spend(
  database: DatabaseSync,
  ballots: number,
  keys: KeyIndex,
  onProgress: (done: number) => void,
): Generator<void> {
  const page = database.prepare(
    `SELECT group_concat(hex(tag), '') AS tags, count(*) AS n
     FROM (SELECT tag FROM ballots WHERE seq > ? AND seq <= ? ORDER BY seq)`,
  )
  for (let from = 0; from < ballots; from += PAGE) {
    const row = page.get(from, from + PAGE)!
    const n = Number(row.n)
    const bytes = Buffer.from(row.tags as string, 'hex')
    if (n !== Math.min(PAGE, ballots - from) || bytes.length !== n * 32)
      throw new BrokenInvariant(
        `the ballot log has gaps or malformed tags between rows ${from + 1} and ${from + PAGE}`,
      )
    for (let i = 0; i < n; i++) {
      const seq = from + 1 + i
      const voter = keys.find(bytes.toString('latin1', i * 32, i * 32 + 32) as Tag)
      if (voter === -1) throw new BrokenInvariant(`ballot ${seq} came from a key that was not issued`)
      if (!keys.isUnused(voter))
        throw new BrokenInvariant(`ballots ${keys.ballotOf(voter)} and ${seq} came from one key`)
      keys.markUsed(voter, seq)
    }
    onProgress(from + n)
    yield
  }
}

/**
 * Without the secret, ballots cannot be matched with keys. But a repeated tag is still detected.
 */
function countSpent(database: DatabaseSync, ballots: number, voters: number, keys: KeyIndex): void {
  const tags = count(database, 'SELECT count(DISTINCT tag) AS n FROM ballots')
  if (tags !== ballots || ballots > voters)
    throw new BrokenInvariant(`${ballots} ballots have ${tags} different tags, of ${voters} issued keys`)
  keys.countUnnamed(ballots)
}

function count(database: DatabaseSync, sql: string): number {
  return Number(database.prepare(sql).get()!.n)
}
