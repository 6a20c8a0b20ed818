/** A rehearsal on a cluster: the one election, served by this process in every role, and awaited until Spark has counted. */
import type { Logger } from 'pino'
import type { ServedElections } from '../../gateway/served-election.ts'
import type { ClusterAddresses } from '../../organise/cluster/addresses.ts'
import { sleep } from '../background.ts'
import { PUBLISH_EVERY_S } from '../one-machine.ts'
import { openCluster } from './cluster.ts'
import type { LogSettings } from './log-publishing.ts'

/** Longest time without any ballot more being counted. */
const STILL_MS = 180_000
const LOOK_MS = 100

export interface RehearsalCluster {
  readonly elections: ServedElections
  readonly close: () => Promise<void>
}

export function openRehearsal(
  dataDir: string,
  id: string,
  addresses: ClusterAddresses,
  log: Logger,
): Promise<RehearsalCluster> {
  const publicLog: LogSettings = {
    promiseWithinS: undefined,
    publishEveryMs: PUBLISH_EVERY_S * 1000,
    witnesses: { witnesses: [] },
    onBroken: (err) => log.fatal({ err }, 'the public log would fork'),
  }
  return openCluster({ dataDir, defaultElection: id, only: id, addresses, role: 'all', publicLog, log })
}

/** @throws Error where the count stands still before it is complete */
export async function counted(
  elections: ServedElections,
  ballots: number,
  signal: AbortSignal,
): Promise<void> {
  const { tally } = elections.default
  let last = -1
  let movedAtMs = performance.now()
  while (!signal.aborted && tally.cast() < ballots) {
    if (tally.cast() !== last) {
      last = tally.cast()
      movedAtMs = performance.now()
    }
    if (performance.now() - movedAtMs > STILL_MS)
      throw new Error(
        `the count stands at ${last} of ${ballots} ballots: see the pipeline panel, or /metrics`,
      )
    await sleep(LOOK_MS, signal)
  }
}
