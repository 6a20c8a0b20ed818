/**
 * An election's public log on a cluster. A process of role `results` publishes it, or stands by
 * until the publishing one has ended; every process shows it.
 */
import type { Logger } from 'pino'
import { systemClock } from '../../adapters/node/clock.ts'
import { nodePromiseHashes } from '../../adapters/node/promise-hashes.ts'
import { systemTimer } from '../../adapters/node/timer.ts'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import type { ClusterAddresses } from '../../organise/cluster/addresses.ts'
import type { ClusterElection } from '../../organise/cluster/cluster-election.ts'
import { type ClusterLogFiles, clusterLogFiles } from '../../organise/cluster/log-files.ts'
import { type PromiseStep, promisedTerm, promiseStep } from '../../pipeline/promises.ts'
import { proveStep } from '../../pipeline/prove.ts'
import type { Digest } from '../../ports/digest.ts'
import type { LiveTally } from '../../ports/live-tally.ts'
import type { PublisherSnapshot } from '../../ports/pipeline-record.ts'
import { lookForCertification, watchedCertification } from '../closing-watch.ts'
import { LogStanding } from '../log-standing.ts'
import { type RunningPublisher, startPublisher } from '../publisher.ts'
import type { WitnessSettings } from '../witnesses.ts'
import { bucketReads } from './bucket-reads.ts'
import { type ShownLog, shownLog } from './shown-log.ts'

/** From the options of `elections serve`. */
export interface LogSettings {
  /**
   * The most seconds from the acknowledgement to the leaf in the log; null: receipts have no
   * promise, for measurements.
   */
  readonly promiseWithinS: number | null | undefined
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /**
   * The address of a server or a CDN with `elections/ID/log/`, for servers that do not have the
   * log's files.
   */
  readonly logUrl?: string | undefined
  /** Called if the public log would fork; the process must end. */
  readonly onBroken: (fault: Error) => void
}

export interface LogPublishingDeps {
  readonly election: ClusterElection
  readonly addresses: Pick<ClusterAddresses, 'kafka' | 'database' | 'logBucket'>
  readonly settings: LogSettings
  /** Used keys, as far as this process knows. */
  readonly keysUsed: () => number
  /** Whether this process publishes or stands by. */
  readonly publishes: boolean
  readonly takesVotes: boolean
  readonly log: Logger
}

export interface LogPublishing {
  /** As this server shows it. */
  readonly publicLog: ShownLog
  /** The log's files. */
  readonly files: ClusterLogFiles
  /** null if this process never publishes. */
  readonly publisher: RunningPublisher | null
  /** This process's report to the others; null if it is not publishing now. */
  readonly state: () => PublisherSnapshot | null
  /** Checks for a certification of the log that this process has closed. */
  readonly lookForCertification: (tally: Pick<LiveTally, 'shown'>) => Promise<void>
  readonly stop: () => Promise<void>
}

export function startLogPublishing(deps: LogPublishingDeps): LogPublishing {
  const { election: one, addresses, settings, keysUsed, publishes, takesVotes, log } = deps
  const { dir, election, signer } = one
  const bucket = addresses.logBucket
  const files = clusterLogFiles(dir, election.id, bucket, (behindMs) =>
    log.warn(
      { behind_ms: behindMs },
      'this machine’s clock differs from that of the bucket of the public log: set it',
    ),
  )
  const folder =
    bucket === null
      ? files
      : bucketReads({
          files,
          elapsedMs: systemTimer.elapsedMs,
          onTrouble: (err) => log.warn({ err }, 'the bucket of the public log cannot be read; trying again'),
        })
  const certification = watchedCertification(election.id, signer.verifierKey, folder.read, log)
  const standing = new LogStanding({
    ...{
      signer,
      clock: systemClock,
      stored: keysUsed,
      certifiedAt: certification.at,
      lots: certification.lots,
    },
  })
  const publisher = publishes
    ? startPublisher({
        ...{ dir, electionId: election.id, standing, takesVotes, log },
        publishEveryMs: settings.publishEveryMs,
        witnesses: settings.witnesses,
        cluster: { kafka: addresses.kafka, database: addresses.database, bucket },
        onBroken: settings.onBroken,
      })
    : null
  const publicLog = shownLog({
    own: publisher?.publicLog ?? null,
    folder,
    prove: proveStep({ store: folder, hasher: nodeTreeHasher() }),
    address: settings.logUrl === undefined ? null : addressOf(settings.logUrl, election.id),
    provesAll: bucket !== null,
    keysUsed,
    onStale: () =>
      log.warn(
        bucket === null
          ? 'this folder does not have the newest public log: name its public address with --log-url'
          : 'the bucket does not have what the publisher has reported: check that --log-store is ' +
              'the same for every server',
      ),
  })
  return {
    ...{ publicLog, files, publisher },
    state: () => snapshotOf(standing),
    lookForCertification: (tally) =>
      lookForCertification({ electionId: election.id, certification, standing, tally, log }),
    stop: async () => {
      await publisher?.stop()
      await files.close()
    },
  }
}

function snapshotOf(standing: LogStanding): PublisherSnapshot | null {
  const state = standing.state()
  const ballots = standing.ballots()
  if (state === null || ballots === undefined) return null
  const { behind: _, ...rest } = state
  return { ...rest, ballots }
}

/** @param base valid, with or without a slash at its end */
function addressOf(base: string, electionId: string): string {
  return `${base.replace(/\/$/, '')}/elections/${encodeURIComponent(electionId)}/log/`
}

/** Promises on receipts; null if they are not wanted. */
export function clusterPromises(
  { election, signer, version }: Pick<ClusterElection, 'election' | 'signer' | 'version'>,
  { promiseWithinS: withinS }: LogSettings,
  digest: Pick<Digest, 'nonceHex'>,
): PromiseStep | null {
  if (withinS === null) return null
  return promiseStep({
    term: promisedTerm(election, version, withinS),
    signer,
    hashes: nodePromiseHashes(),
    sha256: nodeTreeHasher().sha256,
    saltHex: digest.nonceHex,
    clock: systemClock,
  })
}
