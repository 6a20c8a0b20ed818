/** What a driver knows of its count. */
import type { Clock } from '../../ports/clock.ts'
import type { TallyProgress } from '../../ports/tally-engine.ts'
import type { QueryProgress } from './query-progress.ts'

export interface TallyRecord {
  /**
   * A query was started in a checkpoint folder, new or existing, or was taken over (`folder` null);
   * or it replaces a healthy one at another pace.
   */
  readonly attached: (query: {
    readonly folder: number | null
    readonly isNew: boolean
    readonly isRepaced?: boolean
  }) => void
  readonly progressed: (progress: QueryProgress) => void
  readonly failed: (problem: string) => void
  readonly stopped: () => void
  readonly progress: () => TallyProgress
}

const NOTHING_KNOWN: TallyProgress = {
  state: 'starting',
  problem: null,
  batchId: null,
  inputRowsPerSecond: null,
  processedRowsPerSecond: null,
  batchDurationMs: null,
  recordsBehind: null,
  stateRows: null,
  stateBytes: null,
  restarts: 0,
  recounts: 0,
  lastProgressAtMs: null,
}

export function tallyRecord(clock: Clock): TallyRecord {
  let known = NOTHING_KNOWN
  let attachedBefore = false
  let highestBatch = -1
  let recounting = false
  const recount = () => {
    recounting = true
    highestBatch = -1
    known = { ...known, recounts: known.recounts + 1 }
  }
  return {
    attached: ({ folder, isNew, isRepaced = false }) => {
      if (isNew && (attachedBefore || (folder ?? 0) > 1)) recount()
      if (isRepaced && !isNew) return
      const restarts = known.restarts + (attachedBefore && folder !== null ? 1 : 0)
      attachedBefore = true
      known = { ...known, state: 'starting', problem: null, restarts }
    },
    progressed: ({ mark: _mark, ...report }) => {
      // A folder that lost all its files begins at batch 0 again.
      if (report.batchId !== null && report.batchId < highestBatch) recount()
      highestBatch = Math.max(highestBatch, report.batchId ?? -1)
      if (report.recordsBehind === 0) recounting = false
      known = {
        ...known,
        ...report,
        state: recounting ? 'recounting' : 'counting',
        problem: null,
        lastProgressAtMs: clock.nowMs(),
      }
    },
    failed: (problem) => {
      known = { ...known, state: 'failing', problem }
    },
    stopped: () => {
      known = { ...known, state: 'stopped' }
    },
    progress: () => known,
  }
}
