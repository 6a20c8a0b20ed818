/** A rehearsal on a cluster: its election, served by this process in every role. */
import type { Logger } from 'pino'
import type { ServedElections } from '../../gateway/served-election.ts'
import type { ClusterAddresses } from '../../organise/cluster/addresses.ts'
import { PUBLISH_EVERY_S } from '../one-machine.ts'
import { openCluster } from './cluster.ts'
import type { LogSettings } from './log-publishing.ts'

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
    onBroken: (err) => log.fatal({ err }, 'the public log cannot continue'),
  }
  return openCluster({ dataDir, defaultElection: id, only: id, addresses, role: 'all', publicLog, log })
}
