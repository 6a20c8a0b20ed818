/**
 * What the publisher of a cluster's election is made of: ballots from `votes`, the journal and the
 * lead in PostgreSQL, the static files in the election's folder or in a bucket.
 */
import { readFileSync } from 'node:fs'
import { definitionFile, logKeyFile, secretFile } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { sha256Hex } from '../../adapters/node/digest.ts'
import { orderedFault } from '../../adapters/node/fault-point.ts'
import { sealer, sealKeyOf } from '../../adapters/node/sealer.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { readElection } from '../../adapters/postgres/elections.ts'
import { askedExtensions } from '../../adapters/postgres/extensions.ts'
import { type PostgresJournal, postgresJournal } from '../../adapters/postgres/log-journal.ts'
import { votingEnds } from '../../adapters/postgres/voting-end.ts'
import type { Election } from '../../core/election/definition.ts'
import { BrokenLog } from '../../core/log/broken-log.ts'
import { type GenesisRecord, parseRecord } from '../../core/log/record.ts'
import { districtsText } from '../../core/log/roll-commitment.ts'
import { pluralityTally, type TallyCounts } from '../../core/tally/plurality.ts'
import { parseCheckpoint } from '../../core/tlog/checkpoint.ts'
import { parseNote } from '../../core/tlog/note.ts'
import { countPublished } from '../../pipeline/count-published.ts'
import { answerExtension } from '../../pipeline/extend.ts'
import { votesSource } from '../../pipeline/votes/source.ts'
import type { BallotSource, Position } from '../../ports/ballot-source.ts'
import type { EngineUrl, KafkaAddress } from '../../ports/engine-address.ts'
import type { LogJournal } from '../../ports/log-journal.ts'
import type { LogLead } from '../../ports/log-lead.ts'
import type { LogSigner } from '../../ports/log-signer.ts'
import type { PublishedFiles } from '../../ports/published-files.ts'
import { logSignerIn } from '../log-key.ts'
import { DEFINITION_FILE, DISTRICTS_FILE, GENESIS_FILE, type OpenLog, publishDeps } from '../public-log.ts'
import type { LogBucket } from './addresses.ts'
import { clusterLogFiles } from './log-files.ts'

export interface ClusterLogPlace {
  readonly kafka: KafkaAddress
  readonly database: EngineUrl
  /** Where its files lie; null: in the election's folder. */
  readonly bucket: LogBucket | null
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

/**
 * Opens it; nothing is published, or looked at closely, before the lead is taken.
 * @throws {BadInput} where the key or the definition are not those the log began with
 * @throws {BrokenLog} where PostgreSQL has lost its beginning
 */
export async function openClusterLog(
  dir: string,
  election: Election,
  { kafka, database: address, bucket }: ClusterLogPlace,
): Promise<OpenLog> {
  const database = openDatabase(address)
  const journal = postgresJournal(database, election.id)
  const reader = kafkaVotesReader({ ...kafka, clientId: 'elections-publisher' })
  const folder = clusterLogFiles(dir, election.id, bucket)
  const close = async () => {
    await journal.close()
    await Promise.all([reader.close(), database.end(), folder.close()])
  }
  try {
    const beginning = await checkedBeginning(dir, election, database, journal)
    const { genesis, signer, eligible } = beginning
    const seal = sealer(sealKeyOf(readFileSync(secretFile(dir))))
    const ended: VotingEnded = { at: null }
    const source = votesSource({ election, seal, reader, end: () => ended.at })
    const store = ledFolder(folder, journal)
    const fault = orderedFault() ?? (() => {})
    const storage = { journal: notingEnd(journal, ended, fault), store, source }
    return {
      deps: publishDeps(dir, { election, signer, issued: eligible, v: genesis.v }, storage),
      folder: store,
      election,
      issued: eligible,
      lead: logLead({ election, database, journal, source, folder, ended, beginning, fault }),
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** Where the ballots end, once the journal says so. */
interface VotingEnded {
  at: Position | null
}

interface Beginning {
  readonly genesis: GenesisRecord
  readonly genesisText: string
  readonly definition: Uint8Array
  readonly districts: string
  /** Keys issued per district. */
  readonly eligible: readonly number[]
  readonly signer: LogSigner
}

/**
 * What the log began with, held against PostgreSQL and this folder. Throws as `openClusterLog`
 * does.
 */
async function checkedBeginning(
  dir: string,
  election: Election,
  database: Database,
  journal: Pick<LogJournal, 'ofSize'>,
): Promise<Beginning> {
  const stored = await readElection(database, election.id)
  const genesisText = (await journal.ofSize(1))?.record ?? null
  if (stored === undefined || genesisText === null)
    throw new BrokenLog('PostgreSQL has lost the beginning of the public log')
  const genesis = parseRecord(genesisText)
  const definition = readFileSync(definitionFile(dir))
  const districts = districtsText(stored.eligible)
  const signer = logSignerIn(dir)
  if (genesis.entry !== 'genesis' || !begins(genesis, districts, stored.keysIssued))
    throw new BrokenLog('the election in PostgreSQL is not the one that its public log began with')
  if (signer === null || genesis.log !== signer.verifierKey)
    throw new BadInput(logKeyFile(dir), [{ message: 'is not the key the public log began with' }])
  if (sha256Hex(definition) !== genesis.definitionSha256)
    throw new BadInput(definitionFile(dir), [{ message: 'is not the definition the public log began with' }])
  return { genesis, genesisText, definition, districts, eligible: stored.eligible, signer }
}

interface LeadDeps {
  readonly election: Election
  readonly database: Database
  readonly journal: PostgresJournal
  readonly source: BallotSource
  readonly folder: PublishedFiles
  readonly ended: VotingEnded
  readonly beginning: Beginning
  readonly fault: (at: string) => void
}

function logLead(deps: LeadDeps): LogLead {
  const { election, database, journal, source, folder, ended, beginning, fault } = deps
  /** What tells counts to every process, made at each taking of the lead. */
  const telling: { step: LogLead['onBatch'] } = {
    step: async () => {
      throw new Error('nothing is told before the lead is taken')
    },
  }
  return {
    take: async () => {
      if (!(await journal.lead())) return false
      ended.at = await endOf(journal)
      telling.step = countPublished({ election, sink: journal, all: () => countOf(election, source) })
      // Another machine's folder, or a new one: these are made of what PostgreSQL and the genesis
      // say.
      await refuseOtherLog(folder, beginning.genesisText)
      await folder.write([
        { path: DEFINITION_FILE, bytes: beginning.definition },
        { path: DISTRICTS_FILE, bytes: bytesOf(beginning.districts) },
        { path: GENESIS_FILE, bytes: bytesOf(beginning.genesisText) },
      ])
      return true
    },
    confirm: journal.confirm,
    onBatch: async (batch) => {
      if (batch.complete) fault('before-telling')
      await telling.step(batch)
    },
    answer: (amend) =>
      answerExtension({
        ...{ election, v: beginning.genesis.v, clock: systemClock, amend },
        asked: askedExtensions(database, election.id),
        ends: votingEnds(database, election.id),
      }),
  }
}

/** @throws {BrokenLog} where the files are another log's: nothing of those is written over */
async function refuseOtherLog(folder: Pick<PublishedFiles, 'read'>, genesisText: string): Promise<void> {
  const there = await folder.read(GENESIS_FILE)
  if (there !== undefined && Buffer.from(there).toString('utf8') !== genesisText)
    throw new BrokenLog('another log lies where the public log is to be published: give it another place')
}

/** Where voting has ended by the journal; null where it has not. */
export async function endOf(journal: Pick<LogJournal, 'records'>): Promise<Position | null> {
  const records = await journal.records()
  return records.find(({ record }) => isEnd(record))?.upTo ?? null
}

/**
 * An end that this process appends itself is known from then on. @param fault called before and
 * after each batch
 */
function notingEnd(journal: LogJournal, ended: VotingEnded, fault: (at: string) => void): LogJournal {
  return {
    ...journal,
    append: async (batch) => {
      const rest = batch.everything ? 'rest' : 'ballots'
      const what = batch.record === null ? rest : parseRecord(batch.record).entry
      fault(`before-${what}`)
      await journal.append(batch)
      fault(`after-${what}`)
      if (isEnd(batch.record)) ended.at = batch.upTo
    },
  }
}

const isEnd = (record: string | null) => record !== null && parseRecord(record).entry === 'end'

/** All ballots, as the log holds them. */
async function countOf(election: Election, source: BallotSource): Promise<TallyCounts> {
  const tally = pluralityTally(election)
  for await (const { count, districts, choices } of source.read(source.start, null))
    for (let i = 0; i < count; i++) tally.fold(districts[i]!, choices[i]!)
  return tally
}

function begins({ roll }: GenesisRecord, districts: string, keysIssued: number): boolean {
  return roll.size === keysIssued && roll.perDistrictSha256 === sha256Hex(districts)
}

/**
 * The folder as only the leader writes it: one that slept over the end of its lead must not put an
 * older checkpoint over a newer one, though it is of the same log.
 */
function ledFolder(folder: PublishedFiles, lead: Pick<LogLead, 'confirm'>): PublishedFiles {
  return {
    ...folder,
    writeCheckpoint: async (note) => {
      // Looked at before it is sure who leads: whoever took the lead since has not published what
      // is seen here.
      const published = await folder.checkpoint()
      if (published !== undefined && sizeOf(published) > sizeOf(note))
        throw new Error('the published checkpoint is newer: another process publishes')
      await lead.confirm()
      await folder.writeCheckpoint(note)
    },
  }
}

export function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size
}
