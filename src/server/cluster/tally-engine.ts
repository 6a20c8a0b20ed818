/** The tally engine: keeps Spark counting an election, and reports its progress. Role `tally`. */
import type { Logger } from 'pino'
import { systemClock } from '../../adapters/node/clock.ts'
import { startTallyQuery } from '../../adapters/spark/tally-query.ts'
import type { TallyEngineSnapshot } from '../../core/status/pipeline-snapshot.ts'
import type { ClusterAddresses } from '../../organise/cluster/addresses.ts'
import type { ClusterElection } from '../../organise/cluster/cluster-election.ts'
import type { TallyProgress } from '../../ports/tally-engine.ts'
import type { BackgroundWork } from '../background.ts'

export interface TallyEngine extends BackgroundWork {
  readonly state: () => TallyEngineSnapshot
}

export function startTallyEngine(
  { election, sealKey }: Pick<ClusterElection, 'sealKey'> & { readonly election: { readonly id: string } },
  addresses: ClusterAddresses,
  log: Logger,
): TallyEngine {
  const engine = startTallyQuery({
    remote: addresses.spark.url,
    tls: addresses.spark.tls,
    kafka: addresses.kafka,
    electionId: election.id,
    sealKey,
    checkpoints: addresses.checkpoints,
    clock: systemClock,
    log: (level, message, details) => log[level](details, message),
  })
  return { state: () => snapshotOf(engine.progress()), stop: engine.stop }
}

function snapshotOf(progress: TallyProgress): TallyEngineSnapshot {
  return {
    state: progress.state,
    problem: progress.problem,
    batch_id: progress.batchId,
    input_rows_per_second: progress.inputRowsPerSecond,
    processed_rows_per_second: progress.processedRowsPerSecond,
    batch_ms: progress.batchDurationMs,
    records_behind: progress.recordsBehind,
    state_rows: progress.stateRows,
    state_bytes: progress.stateBytes,
    restarts: progress.restarts,
    recounts: progress.recounts,
  }
}
