/**
 * Composes what a server serves on a cluster: every election of the data folder whose ballots lie there, on the adapters
 * for Redis, Kafka and PostgreSQL, and the parts of the work that its role takes on.
 */
import type { Logger } from 'pino'
import { readSettings } from '../../adapters/embedded/settings.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { kafkaAppend } from '../../adapters/kafka/ballot-append.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { nodeDigest } from '../../adapters/node/digest.ts'
import { orderedFault } from '../../adapters/node/fault-point.ts'
import { systemTimer } from '../../adapters/node/timer.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { pipelineRecord } from '../../adapters/postgres/pipeline-record.ts'
import { resultStore } from '../../adapters/postgres/result-store.ts'
import { toldStore } from '../../adapters/postgres/told-counts.ts'
import { connectRedis } from '../../adapters/redis/connection.ts'
import { redisKeyStatus } from '../../adapters/redis/key-status.ts'
import { ballotRules } from '../../core/election/choices.ts'
import { entryWriter } from '../../core/log/entry.ts'
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'
import type { ShownResult } from '../../core/tally/shown.ts'
import type { ServedElection, ServedElections } from '../../gateway/served-election.ts'
import { ElectionRegistry } from '../../gateway/served-elections.ts'
import { resultSha256 } from '../../organise/close-entry.ts'
import { type ClusterAddresses, reached } from '../../organise/cluster/addresses.ts'
import {
  type ClusterElection,
  clusterElectionIds,
  readClusterElection,
} from '../../organise/cluster/cluster-election.ts'
import { ballotStyleStep } from '../../pipeline/ballot-style.ts'
import { castStep } from '../../pipeline/cast.ts'
import { clusterBox } from '../../pipeline/cluster-box/box.ts'
import { clusterRoll } from '../../pipeline/cluster-box/roll.ts'
import { projectedTally } from '../../pipeline/projected-tally/projected-tally.ts'
import { timed } from '../../pipeline/timing.ts'
import type { BallotAppend } from '../../ports/ballot-append.ts'
import type { PipelineStates } from '../../ports/pipeline-record.ts'
import { keptPictures } from '../kept-pictures.ts'
import { type BackgroundWork, everySoOften } from './background.ts'
import { startCertificationRole } from './certification-role.ts'
import { clusterPolls } from './cluster-polls.ts'
import { clusterPromises, type LogSettings, startLogRole } from './log-role.ts'
import { type Projector, startProjector } from './projector-role.ts'
import { plays, type Role } from './roles.ts'
import { startTally } from './tally-role.ts'
import { type LogWatch, startLogWatch } from './watch-role.ts'

export interface ServedClusterOptions {
  readonly dataDir: string
  readonly defaultElection?: string | undefined
  /** One election alone. */
  readonly only?: string
  readonly addresses: ClusterAddresses
  readonly role: Role
  readonly publicLog: LogSettings
  readonly log: Logger
}

export interface ServedCluster {
  readonly elections: ServedElections
  /** Waits for ballots under way, then lets go of the engines. */
  readonly close: () => Promise<void>
}

/** How often processes tell and ask about each other's work. */
const TELL_MS = 1_000
const CLOSE_LOOK_MS = 500

/** @throws {BadInput} {BadAddress} where there is no election, or an engine does not answer */
export async function openCluster(options: ServedClusterOptions): Promise<ServedCluster> {
  const { dataDir, addresses, role, log } = options
  const ids = clusterElectionIds(dataDir).filter((id) => options.only === undefined || id === options.only)
  const preset = options.only ?? readSettings(dataDir).defaultElection
  const defaultId = options.defaultElection ?? (preset && ids.includes(preset) ? preset : ids[0])
  if (defaultId === undefined || !ids.includes(defaultId))
    throw new BadInput(dataDir, [
      {
        message:
          defaultId === undefined
            ? 'holds no election of a cluster: make one with "elections init --cluster"'
            : `has no election "${defaultId}" of a cluster, only ${ids.join(', ')}`,
      },
    ])
  await using opened = new AsyncDisposableStack()
  const database = openDatabase(addresses.database, (err) =>
    log.warn({ err }, 'a connection to PostgreSQL was lost'),
  )
  opened.defer(() => database.end())
  const append = kafkaAppend({ brokers: addresses.brokers })
  opened.defer(append.close)
  await reached('Kafka', append.probe)
  const projector = plays(role, 'results') ? startProjector(database, addresses.brokers, log) : null
  if (projector) opened.defer(projector.stop)
  // Each box closes its own; this one serves them all.
  const shared = { ...append, close: async () => {} }
  const found: ClusterElection[] = []
  for (const id of ids)
    found.push(await reached('PostgreSQL', () => readClusterElection(dataDir, id, database)))
  const watch = plays(role, 'results')
    ? await reached('Kafka', () => startLogWatch(found, addresses.brokers, log))
    : null
  if (watch) opened.defer(watch.stop)
  const served: ServedElection[] = []
  for (const election of found) {
    const one = await openElection(election, { ...options, database, append: shared, projector, watch })
    opened.defer(one.close)
    served.push(one.served)
  }
  const all = opened.move()
  return { elections: new ElectionRegistry(served, defaultId), close: () => all.disposeAsync() }
}

interface OpenElection {
  readonly served: ServedElection
  readonly close: () => Promise<void>
}

interface Engines extends ServedClusterOptions {
  readonly database: Database
  readonly append: BallotAppend
  readonly projector: Projector | null
  readonly watch: LogWatch | null
}

async function openElection(found: ClusterElection, engines: Engines): Promise<OpenElection> {
  const { eligible } = found
  const { addresses, database, append, role } = engines
  const log = engines.log.child({ election: found.election.id })
  const digest = nodeDigest()
  const fault = orderedFault()
  await using opened = new AsyncDisposableStack()
  const polls = await reached('PostgreSQL', () => clusterPolls(found, database, log))
  opened.defer(polls.stop)
  const { election, phase, refusal } = polls
  const redis = await reached('Redis', () =>
    connectRedis({
      url: addresses.redis,
      onState: (up) => (up ? log.info('Redis answers') : log.warn('Redis does not answer')),
    }),
  )
  const keys = redisKeyStatus(redis, { electionId: election.id, fingerprint: found.fingerprint })
  const box = clusterBox({
    election,
    keys,
    append,
    tagOf: found.tagOf,
    digest,
    seal: found.seal,
    clock: systemClock,
    timer: systemTimer,
    onConflict: () =>
      log.error('two ballots of one key are in the log, or keys were lost: see docs/operations.md'),
    onLogState: (up, err) =>
      up ? log.info('Kafka takes ballots') : log.warn({ err }, 'Kafka takes no ballots'),
    ...(fault && { faultPoint: fault }),
  })
  opened.defer(box.close)
  const roll = clusterRoll({ keys, tagOf: found.tagOf, eligible: Float64Array.from(eligible) })
  const pipeline = pipelineRecord(database, election.id)
  let told: PipelineStates = {}
  const engineStates = (): PipelineSnapshot => {
    const { logUp, keysLoaded, reserved } = box.state()
    return {
      tally: told.tally ?? null,
      projector: told.projector ?? null,
      log_watch: told.log_watch ?? null,
      ballot_box: { log_up: logUp, keys_loaded: keysLoaded, reserved },
    }
  }
  let shown: () => ShownResult | null = () => null
  const publishing = startLogRole({
    ...{ found, addresses, box, keys, append, polls: polls.record, log },
    shown: () => shown(),
    settings: engines.publicLog,
    publishes: plays(role, 'results'),
  })
  opened.defer(publishing.stop)
  const store = resultStore(database, election.id)
  opened.defer(store.close)
  const tally = await reached('PostgreSQL', () =>
    projectedTally({
      election,
      store,
      toldStore: toldStore(database, election.id),
      resultSha256,
      eligible,
      counters: () => ({
        keysUsed: box.keysUsed(),
        ballotsStored: told.log_watch?.state.ballots ?? null,
      }),
      publicLog: publishing.publicLog.state,
      clock: systemClock,
      phase,
      onUnfit: (count) => log.warn(count, 'a stored count does not fit the election; it is left out'),
      onTrouble: (err) => log.warn({ err }, 'PostgreSQL cannot be asked; the count stands still'),
      pipeline: engineStates,
    }),
  )
  shown = tally.shown
  const counting = plays(role, 'tally') ? startTally(found, addresses, log) : null
  if (counting) opened.defer(counting.stop)
  const { projector, watch } = engines
  const ownStates = () => {
    const publisher = publishing.state()
    return {
      ...(counting && { tally: counting.state() }),
      ...(projector && { projector: projector.state() }),
      ...(watch && { log_watch: watch.state(election.id) }),
      ...(publisher && { publisher }),
    }
  }
  const telling = tellEachOther(pipeline, ownStates, (states) => {
    told = states
    publishing.publicLog.hear(states.publisher?.state)
  })
  opened.defer(telling.stop)
  const closing = everySoOften(
    CLOSE_LOOK_MS,
    async () => {
      if (phase() !== 'closed') return
      await box.closeVoting()
      await publishing.closeLog()
      // Keys that were made anew since do not know it.
      if (publishing.publicLog.state()?.closed) await keys.endVoting()
    },
    (err) => log.warn({ err }, 'voting could not be closed in Redis; trying again'),
  )
  opened.defer(closing.stop)
  const certifying = plays(role, 'results')
    ? startCertificationRole({
        ...{ electionId: election.id, dir: found.dir, database, log },
        isClosedHere: () => publishing.state()?.closed ?? false,
      })
    : null
  if (certifying) opened.defer(certifying.stop)
  const entry = entryWriter(election, eligible)
  const promises = clusterPromises({ ...found, election }, engines.publicLog, digest)
  const casting = castStep({
    ...{ election, box, digest, entry, refusal, promises },
    clock: systemClock,
  })
  const cast = timed(casting, () => performance.now())
  const all = opened.move()
  return {
    served: {
      election,
      get file() {
        return polls.file()
      },
      rules: ballotRules(election),
      cast: cast.step,
      commitMs: cast.medianMs,
      ballotStyle: ballotStyleStep({ election, roll, digest, refusal }),
      tally,
      phase,
      roll,
      publicLog: publishing.publicLog,
      pictures: keptPictures(found.dir, election, log),
      pipeline: engineStates,
    },
    close: () => all.disposeAsync(),
  }
}

/** Tells of our own work, and hears of everybody's. */
function tellEachOther(
  pipeline: ReturnType<typeof pipelineRecord>,
  ownStates: () => Readonly<Record<string, unknown>>,
  onTold: (states: PipelineStates) => void,
): BackgroundWork {
  return everySoOften(
    TELL_MS,
    async () => {
      const atMs = systemClock.nowMs()
      const own = Object.entries(ownStates()).map(([work, state]) => [work, { state, atMs }])
      await pipeline.tell(Object.fromEntries(own) as PipelineStates)
      onTold(await pipeline.told())
    },
    // PostgreSQL is away: what was told last stands, with its time.
    () => {},
  )
}
