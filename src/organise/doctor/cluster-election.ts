/**
 * The doctor's checks of one election of a cluster: it compares ballots, keys and counts, and
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
import { absoluteCounts } from '../../core/tally/absolute-counts.ts'
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

/** Ballots may still be on their way: the comparison is repeated until the numbers agree. */
const ROUNDS = 15
const ROUND_MS = 1_000
/** Each process reports on its work every second. */
const SILENT_MS = 15_000
/**
 * Reasons for records that are sealed with the election secret and still are not valid ballots.
 * Only a holder of the secret can have written them.
 */
const ALARMING = ['duplicate-tag', 'unissued-tag', 'wrong-partition', 'unknown-district', 'unknown-choices']

export async function examineElection(asked: ExamineElection): Promise<Finding[]> {
  const check = 'folder and PostgreSQL have the same definition'
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
    return [
      { check },
      {
        check: 'ballots, keys and counts',
        wrong: inOneLine(error),
        remedy: 'run "elections doctor --cluster" again',
      },
    ]
  }
}

/** Whether a process does each part of the work. */
async function workFindings({ database, id }: ExamineElection): Promise<Finding[]> {
  const reports = await pipelineRecord(database, id).latest()
  const finding = (
    part: string,
    role: string,
    work: { readonly atMs: number; readonly state: { readonly problem: string | null } } | undefined,
  ): Finding => {
    const check = `${part} is running`
    const remedy = `start "elections serve --cluster --role ${role}", or see its logger’s output`
    if (work === undefined) return { check, wrong: 'no process has ever reported on it', remedy }
    const silentMs = systemClock.nowMs() - work.atMs
    if (silentMs > SILENT_MS)
      return { check, wrong: `last report ${Math.round(silentMs / 1000)} s ago`, remedy }
    return work.state.problem === null ? { check } : { check, wrong: work.state.problem, remedy }
  }
  return [
    finding('Spark’s count', 'tally', reports.tally),
    finding('the projector', 'results', reports.projector),
    finding('the ballot log’s watch', 'results', reports.log_watch),
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
  const counted = absoluteCounts(election)
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
  const check = `voter roll: ${number(issued)} keys`
  if (held === issued) return { check }
  return { check, wrong: `it has ${number(held)} keys`, remedy: 'restore PostgreSQL from a backup' }
}

interface Counts {
  readonly used: number
  readonly reserved: number
  readonly loaded: boolean
  readonly ballots: number
  readonly counted: number
}

function keyFindings({ used, reserved, loaded, ballots }: Counts): Finding[] {
  const check = 'Redis has the voter keys'
  const rebuild = 'run "elections rebuild-keys --cluster"; gateways may keep running'
  if (!loaded) return [{ check, wrong: 'they are not loaded: no voter can vote', remedy: rebuild }]
  return [
    { check },
    reserved === 0
      ? { check: 'no ballot waits for Kafka' }
      : {
          check: 'no ballot waits for Kafka',
          wrong: `${number(reserved)} ballots are reserved in Redis and may not be in the ballot log`,
          remedy: 'check that Kafka accepts writes and that a gateway runs: the gateway then writes them',
        },
    used === ballots
      ? { check: 'keys used = ballots in the ballot log' }
      : {
          check: 'keys used = ballots in the ballot log',
          wrong: `${number(used)} keys are used, ${number(ballots)} ballots are in the ballot log`,
          remedy: used < ballots ? rebuild : 'ballots were lost from Kafka: stop voting, see docs/cluster.md',
        },
  ]
}

function setAsideFinding(aside: ReadonlyMap<string, number>): Finding {
  const inWords = (reasons: readonly (readonly [string, number])[]) =>
    [...reasons]
      .sort()
      .map(([reason, records]) => `${number(records)} × ${reason}`)
      .join(', ')
  const alarming = [...aside].filter(([reason]) => ALARMING.includes(reason))
  const check = 'every ballot comes from an issued key, and each key has one'
  if (alarming.length > 0)
    return {
      check,
      wrong: `records not counted, although sealed with the election secret: ${inWords(alarming)}`,
      remedy:
        'somebody else has the secret: check who can read keys/ in the data folders, see docs/threats.md',
    }
  return {
    check:
      aside.size === 0
        ? check
        : `${check} (records that are not ballots, not counted: ${inWords([...aside])})`,
  }
}

function countFinding({ ballots, counted }: Counts, isEqual: boolean): Finding {
  const check = 'the count in PostgreSQL equals a recount'
  if (isEqual) return { check }
  if (counted < ballots)
    return {
      check,
      wrong: `${number(counted)} of ${number(ballots)} ballots are counted`,
      remedy:
        'the count is late: check the processes with the roles tally and results, and the pipeline panel',
    }
  return {
    check,
    wrong: `it has ${number(counted)} ballots, the ballot log ${number(ballots)}, and the votes differ`,
    remedy:
      'treat this as an alarm: keep everything as evidence; "elections tally --cluster" gives ' +
      'the right count',
  }
}

const number = (value: number) => value.toLocaleString('en')
