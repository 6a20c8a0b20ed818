/**
 * The public log of an election's folder: what the publisher is made of, and how a log begins: key,
 * genesis, first checkpoint.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type EmbeddedSource, embeddedSource } from '../adapters/embedded/ballot-source.ts'
import type { NewLog } from '../adapters/embedded/create.ts'
import {
  databaseFile,
  definitionFile,
  journalFile,
  logDir,
  logKeyFile,
  secretFile,
  sortingDir,
} from '../adapters/embedded/layout.ts'
import { recordedLogKey, recordLogKey } from '../adapters/embedded/log-fact.ts'
import { createJournal, type EmbeddedJournal, openJournal } from '../adapters/embedded/log-journal.ts'
import { type RollOrder, rollPages } from '../adapters/embedded/roll-pages.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { logFolder } from '../adapters/files/log-folder.ts'
import { spillFolder } from '../adapters/files/spill-folder.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { sha256Hex } from '../adapters/node/digest.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { loadLogKey } from '../adapters/node/log-signer.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import type { Election } from '../core/election/definition.ts'
import { entryStarts } from '../core/log/entry.ts'
import { formatRecord, type GenesisRecord, type LogVersion, parseRecord } from '../core/log/record.ts'
import { districtsText, rollCommitment } from '../core/log/roll-commitment.ts'
import { leafHash } from '../core/tlog/merkle.ts'
import type { PublishDeps } from '../pipeline/publish/deps.ts'
import { openPublisher } from '../pipeline/publish/publish.ts'
import type { LogLead } from '../ports/log-lead.ts'
import type { LogSigner } from '../ports/log-signer.ts'
import type { PublishedFiles } from '../ports/published-files.ts'
import { defaultLogOrigin, logSignerIn, newSignerKey } from './log-key.ts'
import { type LogPlace, logInFolder } from './log-place.ts'
import { logRelease } from './log-release.ts'

export const GENESIS_FILE = 'genesis.json'
export const DEFINITION_FILE = 'definition.json'
export const DISTRICTS_FILE = 'districts.json'

const bytesOf = (text: string) => new TextEncoder().encode(text)

/** What the log says of the keys issued per district. */
export const perDistrictSha256 = (issued: ArrayLike<number>) => sha256Hex(districtsText(issued))

/** The version that new elections keep to. */
const NEWEST: LogVersion = 2

/** The order in which the genesis and the amendments of a log commit to the roll. */
export const rollOrder = (version: LogVersion): RollOrder => (version === 1 ? 'row' : 'credential')

/**
 * The log of an election that is being made.
 * @throws {BadInput} where the origin can name no log
 */
export function newLog(election: Election, origin: string = defaultLogOrigin(election.id)): NewLog {
  let signerKey: string
  try {
    signerKey = newSignerKey(origin)
  } catch (cause) {
    throw new BadInput('--log-origin', [
      {
        message: `${(cause as Error).message}: it has no white space and no "+", such as example.org/council-2026`,
      },
    ])
  }
  return { signerKey, found: (dir) => beginLog(dir, election, loadLogKey(signerKey)) }
}

/** The verifier key of the log of an election's folder; what the organiser publishes. */
export function verifierKeyIn(dir: string): string | null {
  return logSignerIn(dir)?.verifierKey ?? null
}

/**
 * Sees to it that the election has its log. One that was made before there were public logs gets it
 * now, with the ballots it has; one whose log is lost does not, for that would be another log.
 * @returns whether it was made now
 * @throws {BadInput} where the log or its key is lost or not this election's
 */
export async function ensureLog(dir: string, election: Election): Promise<boolean> {
  const recorded = recordedLogKey(databaseFile(dir))
  if (recorded === undefined) {
    // Begun and cut off: nobody has seen it.
    for (const suffix of ['', '-wal', '-shm']) rmSync(journalFile(dir) + suffix, { force: true })
    rmSync(logDir(dir), { recursive: true, force: true })
    if (!existsSync(logKeyFile(dir)))
      writeFileSync(logKeyFile(dir), `${newSignerKey(defaultLogOrigin(election.id))}\n`, {
        mode: 0o600,
        flush: true,
      })
    await beginLog(dir, election, logSignerIn(dir)!)
    return true
  }
  const key = verifierKeyIn(dir)
  if (key === null)
    throw new BadInput(logKeyFile(dir), [
      { message: 'is missing, the key of the public log: put it back from a backup' },
    ])
  if (key !== recorded)
    throw new BadInput(logKeyFile(dir), [
      { message: `is not the key of this election’s log (${recorded}): put it back from a backup` },
    ])
  if (!existsSync(journalFile(dir)))
    throw new BadInput(journalFile(dir), [
      { message: 'is missing, the journal of the public log: put it back from a backup' },
    ])
  return false
}

/**
 * Writes the beginning of a log: its files, its journal, its first checkpoint; the fact that it has
 * one comes last.
 */
async function beginLog(dir: string, election: Election, signer: LogSigner): Promise<void> {
  const hasher = nodeTreeHasher()
  const roll = rollCommitment(hasher, election.districts.length)
  for (const { credentials, districts } of rollPages(databaseFile(dir), rollOrder(NEWEST)))
    for (const [i, district] of districts.entries()) roll.add(credentials, i * 32, district)
  const definition = readFileSync(definitionFile(dir))
  const districts = districtsText(roll.perDistrict)
  const genesis = formatRecord({
    v: NEWEST,
    entry: 'genesis',
    election: election.id,
    log: signer.verifierKey,
    definitionSha256: sha256Hex(definition),
    roll: { size: roll.size(), root: roll.root(), perDistrictSha256: sha256Hex(districts) },
    release: { results: election.results, suppressBelow: election.suppressBelow },
  })
  await logFolder(logDir(dir)).write([
    { path: DEFINITION_FILE, bytes: definition },
    { path: DISTRICTS_FILE, bytes: bytesOf(districts) },
    { path: GENESIS_FILE, bytes: bytesOf(genesis) },
  ])
  const journal = createJournal(journalFile(dir))
  try {
    await journal.append({
      number: 0,
      record: genesis,
      upTo: '0',
      everything: false,
      size: 1,
      root: leafHash(hasher, bytesOf(genesis)),
      atMs: systemClock.nowMs(),
    })
    const storage = { journal, store: logFolder(logDir(dir)), source: NO_BALLOTS }
    await openPublisher(publishDeps(dir, { election, signer, issued: roll.perDistrict, v: NEWEST }, storage))
  } finally {
    journal.close()
  }
  recordLogKey(databaseFile(dir), signer.verifierKey)
}

const NO_BALLOTS: PublishDeps['source'] = {
  start: '0',
  read: async function* () {},
  countAfter: async () => 0,
}

export interface BegunLog {
  readonly election: Election
  readonly signer: LogSigner
  /** Keys issued per district when the election was made. */
  readonly issued: ArrayLike<number>
  readonly v: LogVersion
}

/** @param dir the election's folder */
export function publishDeps(
  dir: string,
  { election, signer, issued, v }: BegunLog,
  storage: Pick<PublishDeps, 'journal' | 'store' | 'source'>,
): PublishDeps {
  const hasher = nodeTreeHasher()
  // Where it is gone, it was destroyed after the close.
  const secret = existsSync(secretFile(dir)) ? readFileSync(secretFile(dir)) : null
  return {
    ...storage,
    signer,
    hasher,
    verify: ed25519Verify,
    entryStarts: entryStarts(election, issued),
    release: logRelease({ election, issued, v, hasher, secret }),
    spill: spillFolder(sortingDir(dir)),
    nowMs: systemClock.nowMs,
  }
}

export interface OpenLog {
  readonly deps: PublishDeps
  readonly folder: PublishedFiles
  /** As its definition says, without amendments. */
  readonly election: Election
  /** Keys issued per district when the election was made. */
  readonly issued: readonly number[]
  /** Where several processes may publish it: who does. null: this one alone can. */
  readonly lead: LogLead | null
  readonly close: () => void | Promise<void>
}

/**
 * Opens what the publisher of an election's folder needs.
 * @throws {BadInput} where the key, the definition or the districts are not those the log began
 *   with
 */
export async function openLog(
  dir: string,
  election: Election,
  options: { readonly readOnly?: boolean } = {},
): Promise<OpenLog> {
  const signer = logSignerIn(dir)
  if (signer === null)
    throw new BadInput(logKeyFile(dir), [{ message: 'is missing, the key of the public log' }])
  const journal: EmbeddedJournal = openJournal(journalFile(dir), options)
  const source: EmbeddedSource = embeddedSource(databaseFile(dir))
  const close = () => {
    journal.close()
    source.close()
  }
  try {
    const folder = logFolder(logDir(dir))
    const genesis = genesisIn([(await journal.ofSize(1))?.record ?? ''], dir)
    if (genesis.log !== signer.verifierKey)
      throw new BadInput(logKeyFile(dir), [{ message: 'is not the key the public log began with' }])
    if (sha256Hex(readFileSync(definitionFile(dir))) !== genesis.definitionSha256)
      throw new BadInput(definitionFile(dir), [
        { message: 'is not the definition the public log began with' },
      ])
    const issued = await issuedAtGenesis(genesis, logInFolder(dir))
    return {
      deps: publishDeps(dir, { election, signer, issued, v: genesis.v }, { journal, store: folder, source }),
      folder,
      election,
      issued,
      lead: null,
      close,
    }
  } catch (cause) {
    close()
    throw cause
  }
}

/**
 * @param records the journal's entries that are no ballots
 * @throws {BadInput} where the first is no genesis
 */
export function genesisIn([first]: readonly string[], dir: string): GenesisRecord {
  const genesis = parseRecord(first ?? '')
  if (genesis.entry !== 'genesis')
    throw new BadInput(journalFile(dir), [{ message: 'does not begin with a genesis' }])
  return genesis
}

/**
 * Keys issued per district when the election was made.
 * @param log where it lies
 * @throws {BadInput} where its file is not the one the genesis commits to
 */
export async function issuedAtGenesis(
  genesis: GenesisRecord,
  { files, where }: Pick<LogPlace, 'files' | 'where'>,
): Promise<number[]> {
  const bytes = await files.read(DISTRICTS_FILE)
  if (bytes === undefined || sha256Hex(bytes) !== genesis.roll.perDistrictSha256)
    throw new BadInput(`${where}/${DISTRICTS_FILE}`, [
      { message: 'is not the one the public log began with: put it back from a backup' },
    ])
  return JSON.parse(new TextDecoder().decode(bytes)) as number[]
}
