/**
 * One election of a cluster, served by this process: the adapters, the steps of the pipeline, and
 * the process's part of the work.
 */
import type { Logger } from 'pino'
import { systemClock } from '../../adapters/node/clock.ts'
import { nodeDigest } from '../../adapters/node/digest.ts'
import { orderedFault } from '../../adapters/node/fault-point.ts'
import { systemTimer } from '../../adapters/node/timer.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { pipelineRecord } from '../../adapters/postgres/pipeline-record.ts'
import { publishedCountsStore } from '../../adapters/postgres/published-counts.ts'
import { resultStore } from '../../adapters/postgres/result-store.ts'
import { connectRedis } from '../../adapters/redis/connection.ts'
import { redisKeyStatus } from '../../adapters/redis/key-status.ts'
import { ballotRules } from '../../core/election/choices.ts'
import { entryWriter } from '../../core/log/entry.ts'
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'
import type { ServedElection } from '../../gateway/served-election.ts'
import { resultSha256 } from '../../organise/close-entry.ts'
import { type ClusterAddresses, postgresAt, reached, redisAt } from '../../organise/cluster/addresses.ts'
import type { ClusterElection } from '../../organise/cluster/cluster-election.ts'
import { ballotStyleStep } from '../../pipeline/ballot-style.ts'
import { castStep } from '../../pipeline/cast.ts'
import { type Closing, closing } from '../../pipeline/closing/closing.ts'
import { emptyOutbox } from '../../pipeline/closing/outbox.ts'
import { clusterBox, longestOnTheWayMs } from '../../pipeline/cluster-box/box.ts'
import type { ClusterBox } from '../../pipeline/cluster-box/box-contract.ts'
import { clusterRoll } from '../../pipeline/cluster-box/roll.ts'
import { projectedTally } from '../../pipeline/projected-tally/projected-tally.ts'
import { timed } from '../../pipeline/timing.ts'
import type { BallotAppend } from '../../ports/ballot-append.ts'
import type { KeyStatus } from '../../ports/key-status.ts'
import type { LiveTally } from '../../ports/live-tally.ts'
import type { ResultStore } from '../../ports/result-store.ts'
import type { VoterRoll } from '../../ports/voter-roll.ts'
import { watchClosing } from '../closing-watch.ts'
import { keptPictures } from '../kept-pictures.ts'
import type { BallotLogWatch } from './ballot-log-watch.ts'
import { startCertificationCopy } from './certification-copy.ts'
import { type ClusterPolls, clusterPolls } from './cluster-polls.ts'
import {
  clusterPromises,
  type LogPublishing,
  type LogSettings,
  startLogPublishing,
} from './log-publishing.ts'
import { ProcessStates } from './process-states.ts'
import type { Projector } from './projector.ts'
import { plays, type Role } from './roles.ts'
import { startTallyEngine } from './tally-engine.ts'

/** What the elections of one process share. */
export interface ClusterEngines {
  readonly addresses: ClusterAddresses
  readonly role: Role
  readonly publicLog: LogSettings
  readonly database: Database
  readonly append: BallotAppend
  /** null if this process does not have the role. */
  readonly projector: Projector | null
  readonly watch: BallotLogWatch | null
  readonly log: Logger
}

export interface ServedOnCluster {
  readonly served: ServedElection
  /** Waits for open ballots, then releases the election. */
  readonly close: () => Promise<void>
}

/** How often to check whether voting has ended, and how far the closing is. */
const CLOSE_LOOK_MS = 500

/** @throws {BadAddress} if an engine does not answer */
export async function serveOnCluster(
  one: ClusterElection,
  engines: ClusterEngines,
): Promise<ServedOnCluster> {
  const { addresses, database, role } = engines
  const { id } = one.election
  const log = engines.log.child({ election: id })
  await using opened = new AsyncDisposableStack()
  const polls = await reached(postgresAt(addresses), () => clusterPolls(one, database, log))
  opened.defer(polls.stop)
  const { keys, box, roll } = await openBox(one, polls, engines, log)
  opened.defer(box.close)
  const publishing = startLogPublishing({
    ...{ election: one, addresses, keysUsed: box.keysUsed, log },
    settings: engines.publicLog,
    publishes: plays(role, 'results'),
    takesVotes: plays(role, 'gateway'),
  })
  opened.defer(publishing.stop)
  const states = new ProcessStates(pipelineRecord(database, id))
  const store = resultStore(database, id)
  opened.defer(store.close)
  const parts = { one, polls, keys, box, roll, publishing, states, store, engines, log }
  const tally = await reached(postgresAt(addresses), () => openTally(parts))
  const counting = plays(role, 'tally') ? startTallyEngine(one, addresses, log) : null
  if (counting) opened.defer(counting.stop)
  const ownStates = () => ({
    ...(counting && { tally: counting.state() }),
    ...(engines.projector && { projector: engines.projector.state() }),
    ...(engines.watch && { log_watch: engines.watch.state(id) }),
    ...publisherState(publishing),
  })
  const exchange = states.exchange(ownStates, ({ publisher }) => publishing.publicLog.hear(publisher?.state))
  opened.defer(exchange.stop)
  const watch = watchClosing(closingOf(parts, tally), CLOSE_LOOK_MS, (err) =>
    log.warn({ err }, 'voting could not be closed in Redis; trying again'),
  )
  opened.defer(watch.stop)
  if (plays(role, 'results')) {
    const isClosedHere = () => publishing.state()?.closed ?? false
    const copying = startCertificationCopy({
      ...{ electionId: id, files: publishing.files, database, isClosedHere, log },
    })
    opened.defer(copying.stop)
  }
  const served = servedElection(parts, tally)
  const all = opened.move()
  return { served, close: () => all.disposeAsync() }
}

interface Parts {
  readonly one: ClusterElection
  readonly polls: ClusterPolls
  readonly keys: KeyStatus
  readonly box: ClusterBox
  readonly roll: VoterRoll
  readonly publishing: LogPublishing
  readonly states: ProcessStates
  readonly store: ResultStore
  readonly engines: ClusterEngines
  readonly log: Logger
}

async function openBox(
  one: ClusterElection,
  { election }: ClusterPolls,
  { addresses, append }: ClusterEngines,
  log: Logger,
): Promise<Pick<Parts, 'keys' | 'box' | 'roll'>> {
  const { tagOf, seal, fingerprint } = one
  const fault = orderedFault()
  const redis = await reached(redisAt(addresses), () =>
    connectRedis({
      ...addresses.redis,
      onState: (up) => (up ? log.info('Redis answers') : log.warn('Redis does not answer')),
    }),
  )
  const keys = redisKeyStatus(redis, { electionId: election.id, fingerprint })
  const box = clusterBox({
    ...{ election, keys, append, tagOf, seal },
    digest: nodeDigest(),
    clock: systemClock,
    timer: systemTimer,
    onConflict: () =>
      log.error('the ballot log has two ballots of one key, or keys were lost: see docs/cluster.md'),
    onLogState: (up, err) =>
      up ? log.info('Kafka accepts ballots') : log.warn({ err }, 'Kafka does not accept ballots'),
    ...(fault && { faultPoint: fault }),
  })
  return { keys, box, roll: clusterRoll({ keys, tagOf, eligible: Float64Array.from(one.eligible) }) }
}

function openTally(parts: Parts): Promise<LiveTally> {
  const { one, polls, box, publishing, states, store, engines, log } = parts
  const { election, phase } = polls
  return projectedTally({
    ...{ election, store, phase, resultSha256, eligible: one.eligible, clock: systemClock },
    publishedCountsStore: publishedCountsStore(engines.database, election.id),
    counters: () => ({
      keysUsed: box.keysUsed(),
      ballotsStored: states.last().log_watch?.state.ballots ?? null,
    }),
    publicLog: publishing.publicLog.state,
    onUnfit: (count) => log.warn(count, 'a stored count does not match the election; it is ignored'),
    onTrouble: (err) => log.warn({ err }, 'PostgreSQL does not answer; the count is not updated'),
    pipeline: () => pipelineSnapshot(parts),
  })
}

function pipelineSnapshot({ box, states }: Pick<Parts, 'box' | 'states'>): PipelineSnapshot {
  const { logUp, keysLoaded, reserved } = box.state()
  const { tally = null, projector = null, log_watch = null } = states.last()
  return { tally, projector, log_watch, ballot_box: { log_up: logUp, keys_loaded: keysLoaded, reserved } }
}

function publisherState({ state }: LogPublishing) {
  const publisher = state()
  return publisher && { publisher }
}

/** The end of voting on a cluster: every gateway's ballots end before the log does. */
function closingOf(parts: Parts, tally: LiveTally): Closing {
  const { polls, keys, box, publishing, engines, log } = parts
  return closing({
    phase: polls.phase,
    ballots: {
      refuse: box.closeVoting,
      othersAreStored: emptyOutbox({
        keys,
        longestOnTheWayMs: longestOnTheWayMs(engines.append),
        elapsedMs: systemTimer.elapsedMs,
      }),
      quiet: box.quiet,
      keysUsed: box.keysUsed,
      // Keys that were loaded again since then do not know that voting has ended.
      forget: keys.endVoting,
    },
    polls: polls.record,
    isLogClosed: () => publishing.publicLog.state()?.closed ?? false,
    publisher: publishing.publisher,
    certification: () => publishing.lookForCertification(tally),
    clock: systemClock,
    onTrouble: (err) => log.error({ err }, 'the public log could not be closed; trying again'),
  })
}

function servedElection(parts: Parts, tally: LiveTally): ServedElection {
  const { one, polls, box, roll, publishing, engines } = parts
  const { election, phase, refusal } = polls
  const digest = nodeDigest()
  const cast = castStep({
    ...{ election, box, digest, refusal, clock: systemClock },
    entry: entryWriter(election, one.eligible),
    promises: clusterPromises({ ...one, election }, engines.publicLog, digest),
  })
  const { step, medianMs, durations } = timed(cast, () => performance.now())
  return {
    election,
    get file() {
      return polls.file()
    },
    rules: ballotRules(election),
    cast: step,
    commitMs: medianMs,
    commits: durations,
    ballotStyle: ballotStyleStep({ election, roll, digest, refusal }),
    tally,
    phase,
    roll,
    publicLog: publishing.publicLog,
    pictures: keptPictures(one.dir, polls.election, parts.log),
    pipeline: () => pipelineSnapshot(parts),
  }
}
