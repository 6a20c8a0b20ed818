/** Role `results`, third part: publishes an election's log, or waits until the process that does is gone; and every gateway's view of it. */
import type { Logger } from 'pino'
import { logDir } from '../../adapters/embedded/layout.ts'
import { logFolder } from '../../adapters/files/log-folder.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { nodePromiseHashes } from '../../adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import type { ShownResult } from '../../core/tally/shown.ts'
import type { ClusterAddresses } from '../../organise/cluster/addresses.ts'
import type { ClusterElection } from '../../organise/cluster/cluster-election.ts'
import { longestOnTheWayMs } from '../../pipeline/cluster-box/box.ts'
import { type PromiseStep, promisedTerm, promiseStep } from '../../pipeline/promises.ts'
import { proveStep } from '../../pipeline/prove.ts'
import type { BallotAppend } from '../../ports/ballot-append.ts'
import type { BallotBox } from '../../ports/ballot-box.ts'
import type { Digest } from '../../ports/digest.ts'
import type { KeyStatus } from '../../ports/key-status.ts'
import type { PublisherSnapshot } from '../../ports/pipeline-record.ts'
import type { PollsRecord } from '../../ports/polls-record.ts'
import { type RunningPublisher, startPublisher } from '../publisher.ts'
import type { WitnessSettings } from '../witnesses.ts'
import { type ShownLog, shownLog } from './shown-log.ts'

/** As the options of `elections serve` say. */
export interface LogSettings {
  /** Seconds from the acknowledgement to the leaf in the log at most; null: receipts promise nothing, for measuring. */
  readonly promiseWithinS: number | null | undefined
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /** A server or a CDN below which `elections/ID/log/` lies, for servers that do not have the log's files. */
  readonly logUrl?: string | undefined
  /** Told of a public log that would fork; the process must end. */
  readonly onBroken: (fault: Error) => void
}

export interface LogRoleDeps {
  readonly found: ClusterElection
  readonly addresses: Pick<ClusterAddresses, 'brokers' | 'database'>
  readonly settings: LogSettings
  readonly box: BallotBox
  readonly keys: Pick<KeyStatus, 'count' | 'endVoting'>
  readonly append: Pick<BallotAppend, 'deliveryTimeoutMs'>
  readonly polls: PollsRecord
  /** The result as it is shown here; null while nothing is. */
  readonly shown: () => ShownResult | null
  /** Whether this process takes turns in publishing. */
  readonly publishes: boolean
  readonly log: Logger
}

export interface LogRole {
  readonly publicLog: ShownLog
  /** What to tell the others; null where this process does not publish. */
  readonly state: () => PublisherSnapshot | null
  /** To be called now and then once no gateway takes ballots any more: ends the log when the last one is in it. */
  readonly closeLog: () => Promise<void>
  readonly stop: () => Promise<void>
}

export function startLogRole(deps: LogRoleDeps): LogRole {
  const { found, addresses, settings, box, keys, append, polls, shown, publishes, log } = deps
  const { dir, election, signer } = found
  const publisher: RunningPublisher | null = publishes
    ? startPublisher({
        dir,
        electionId: election.id,
        signer,
        publishEveryMs: settings.publishEveryMs,
        witnesses: settings.witnesses,
        cluster: { brokers: addresses.brokers, database: addresses.database },
        clock: systemClock,
        log,
        stored: box.keysUsed,
        shown,
        onBroken: settings.onBroken,
      })
    : null
  const folder = logFolder(logDir(dir))
  const publicLog = shownLog({
    own: publisher?.publicLog ?? null,
    folder,
    prove: proveStep({ store: folder, hasher: nodeTreeHasher() }),
    address: settings.logUrl === undefined ? null : addressOf(settings.logUrl, election.id),
    keysUsed: box.keysUsed,
    onStale: () =>
      log.warn('the public log is not in this folder but where the publisher writes it: give --log-url'),
  })
  /** Since when the outbox has been empty, voting being closed. */
  let emptySinceMs: number | undefined

  return {
    publicLog,
    state: () => {
      const state = publisher?.publicLog.state() ?? null
      const ballots = publisher?.ballots()
      if (state === null || ballots === undefined) return null
      const { behind: _, ...rest } = state
      return { ...rest, ballots }
    },
    closeLog: async () => {
      if (publisher === null || publicLog.state()?.closed) return
      const { reserved, loaded } = await keys.count()
      if (reserved > 0 || !loaded) emptySinceMs = undefined
      else emptySinceMs ??= performance.now()
      // What a gateway sent and gave up may land that long after.
      if (emptySinceMs === undefined || performance.now() - emptySinceMs < longestOnTheWayMs(append)) return
      // Whatever lands from now on without a reservation is acknowledged by nobody, and may stay out of the log.
      await keys.endVoting()
      // Not waited for: it ends by itself, and a server that stops has no time for it.
      void publisher.closeLog(box, polls)
    },
    stop: async () => {
      await publisher?.stop()
    },
  }
}

/** @param base checked, with or without a slash at its end */
function addressOf(base: string, electionId: string): string {
  return `${base.replace(/\/$/, '')}/elections/${encodeURIComponent(electionId)}/log/`
}

/** Promises on receipts; null where none are wanted. */
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
