/**
 * Looks one election of a cluster over: its ballots, its keys, its counts, held against each other;
 * changes nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from '../../adapters/embedded/examine.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { readRoll } from '../../adapters/postgres/elections.ts'
import { postgresJournal } from '../../adapters/postgres/log-journal.ts'
import { pipelineRecord } from '../../adapters/postgres/pipeline-record.ts'
import { resultStore } from '../../adapters/postgres/result-store.ts'
import type { RedisConnection } from '../../adapters/redis/connection.ts'
import { redisKeyStatus } from '../../adapters/redis/key-status.ts'
import { publishedCounts } from '../../core/tally/published-counts.ts'
import { resultOf } from '../../core/tally/result.ts'
import { resultText } from '../../core/tally/result-text.ts'
import { recount } from '../../pipeline/recount.ts'
import { votesLog } from '../../pipeline/votes/log.ts'
import type { Tag } from '../../ports/digest.ts'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import { inOneLine } from '../cluster/addresses.ts'
import { type ClusterElection, readClusterElection } from '../cluster/cluster-election.ts'
import { endOf } from '../cluster/cluster-log.ts'
import { examinePublished } from './published.ts'

export interface ExamineElection {
  readonly dataDir: string
  readonly id: string
  readonly database: Database
  readonly kafka: KafkaAddress
  readonly redis: RedisConnection
}

/** Ballots on their way are waited for. */
const ROUNDS = 15
const ROUND_MS = 1_000
/** Processes tell of their work every second. */
const SILENT_MS = 15_000
/**
 * Sealed with the election secret, and yet no ballot: nobody without that secret can have written
 * these.
 */
const ALARMING = ['duplicate-tag', 'unissued-tag', 'wrong-partition', 'unknown-district', 'unknown-choices']

export async function examineElection(asked: ExamineElection): Promise<Finding[]> {
  const check = 'folder and PostgreSQL hold the same definition'
  let found: ClusterElection
  try {
    found = await readClusterElection(asked.dataDir, asked.id, asked.database)
  } catch (error) {
    if (!(error instanceof BadInput)) throw error
    return [
      { check, wrong: error.message, remedy: 'use the folder and the database of one "init --cluster"' },
    ]
  }
  try {
    return [{ check }, ...(await workFindings(asked)), ...(await ballotFindings(asked, found))]
  } catch (error) {
    return [{ check }, { check: 'ballots, keys and counts', wrong: inOneLine(error), remedy: 'look again' }]
  }
}

/** Whether somebody does each part of the work. */
async function workFindings({ database, id }: ExamineElection): Promise<Finding[]> {
  const told = await pipelineRecord(database, id).latest()
  const finding = (
    part: string,
    role: string,
    work: { readonly atMs: number; readonly state: { readonly problem: string | null } } | undefined,
  ): Finding => {
    const check = `${part} at work`
    const remedy = `start "elections serve --cluster --role ${role}", or see its log`
    if (work === undefined) return { check, wrong: 'nobody has told of it', remedy }
    const silentMs = systemClock.nowMs() - work.atMs
    if (silentMs > SILENT_MS)
      return { check, wrong: `last heard of ${Math.round(silentMs / 1000)} s ago`, remedy }
    return work.state.problem === null ? { check } : { check, wrong: work.state.problem, remedy }
  }
  return [
    finding('Spark’s count', 'tally', told.tally),
    finding('the projector', 'results', told.projector),
    finding('the watch of the ballot log', 'results', told.log_watch),
  ]
}

async function ballotFindings(asked: ExamineElection, found: ClusterElection): Promise<Finding[]> {
  const { id, database, kafka, redis } = asked
  const { election, seal, fingerprint, keysIssued } = found
  const end = await endOf(postgresJournal(database, id))
  await using opened = new AsyncDisposableStack()
  const reader = kafkaVotesReader(kafka)
  opened.defer(reader.close)
  const store = resultStore(database, id)
  opened.defer(store.close)

  const issued = new Set<Tag>()
  for await (const stretch of readRoll(database, id)) for (const { tag } of stretch) issued.add(tag)
  const aside = new Map<string, number>()
  const log = votesLog({
    election,
    seal,
    reader,
    end,
    isIssued: (tag) => issued.has(tag),
    onSetAside: (reason) => aside.set(reason, (aside.get(reason) ?? 0) + 1),
  })
  const keys = redisKeyStatus(redis, { electionId: id, fingerprint })
  const counted = publishedCounts(election)
  let version = 0
  let state = { used: 0, reserved: 0, loaded: false, ballots: 0, counted: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await sleep(ROUND_MS)
    const changes = await store.changesSince(version)
    version = changes.version
    for (const count of changes.counts) counted.tell(count)
    const status = await keys.count()
    await log.refresh()
    state = { ...status, ballots: log.length(), counted: counted.tally.ballots() }
    const agree = state.used === state.ballots && state.counted === state.ballots && state.reserved === 0
    if (agree || !state.loaded) break
  }
  const compared = resultText(resultOf(election, await recount(election, log)))
  const isEqual = compared === resultText(resultOf(election, counted.tally))
  return [
    rollFinding(issued.size, keysIssued),
    ...keyFindings(state),
    setAsideFinding(aside),
    countFinding(state, isEqual),
    ...(await examinePublished(found, database)),
  ]
}

function rollFinding(held: number, issued: number): Finding {
  const check = `roll: ${number(issued)} keys`
  if (held === issued) return { check }
  return { check, wrong: `it holds ${number(held)}`, remedy: 'restore PostgreSQL from a backup' }
}

interface Counts {
  readonly used: number
  readonly reserved: number
  readonly loaded: boolean
  readonly ballots: number
  readonly counted: number
}

function keyFindings({ used, reserved, loaded, ballots }: Counts): Finding[] {
  const check = 'Redis holds the keys'
  const rebuild = 'run "elections rebuild-keys --cluster"; gateways may run'
  if (!loaded) return [{ check, wrong: 'they are not loaded: nobody can vote', remedy: rebuild }]
  return [
    { check },
    reserved === 0
      ? { check: 'no ballot waits for Kafka' }
      : {
          check: 'no ballot waits for Kafka',
          wrong: `${number(reserved)} are kept in Redis and not known to be in the log`,
          remedy: 'see that Kafka takes ballots and a gateway runs: it brings them in by itself',
        },
    used === ballots
      ? { check: 'keys used = ballots in the log' }
      : {
          check: 'keys used = ballots in the log',
          wrong: `${number(used)} keys are used, ${number(ballots)} ballots are there`,
          remedy:
            used < ballots ? rebuild : 'ballots were lost from Kafka: stop voting, see docs/operations.md',
        },
  ]
}

function setAsideFinding(aside: ReadonlyMap<string, number>): Finding {
  const told = (reasons: readonly (readonly [string, number])[]) =>
    [...reasons]
      .sort()
      .map(([reason, records]) => `${number(records)} × ${reason}`)
      .join(', ')
  const alarming = [...aside].filter(([reason]) => ALARMING.includes(reason))
  const check = 'every ballot from an issued key, one of each'
  if (alarming.length > 0)
    return {
      check,
      wrong: `not counted, but sealed with the election secret: ${told(alarming)}`,
      remedy: 'somebody else has the secret: see who can read keys/ of the data folders, docs/threats.md',
    }
  return { check: aside.size === 0 ? check : `${check} (strangers' records set aside: ${told([...aside])})` }
}

function countFinding({ ballots, counted }: Counts, isEqual: boolean): Finding {
  const check = 'the count in PostgreSQL is a recount’s'
  if (isEqual) return { check }
  if (counted < ballots)
    return {
      check,
      wrong: `${number(counted)} of ${number(ballots)} ballots are counted`,
      remedy: 'it lags: see the roles tally and results, and the pipeline panel',
    }
  return {
    check,
    wrong: `it holds ${number(counted)} ballots, the log ${number(ballots)}, and the votes differ`,
    remedy: 'an alarm: keep everything as evidence; "elections tally --cluster" is the count',
  }
}

const number = (value: number) => value.toLocaleString('en')
