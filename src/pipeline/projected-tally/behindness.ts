/** Whether the engines have counted every ballot: before that, counters may differ. */
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'

/** A status report older than this is stale. */
const STALE_MS = 10_000

export type IsBehind = (pipeline: PipelineSnapshot, nowMs: number) => boolean

/** Returns whether an engine is unavailable, or has ballots that it has not processed. */
export function behindness(): IsBehind {
  const heard = new Map<string, { readonly atMs: number; readonly heardAtMs: number }>()
  // By our clock: the reporting process may be on another machine.
  const isSilent = (work: string, report: { readonly atMs: number } | null, nowMs: number): boolean => {
    if (report === null) return true
    const last = heard.get(work)
    if (last?.atMs === report.atMs) return Math.abs(nowMs - last.heardAtMs) > STALE_MS
    heard.set(work, { atMs: report.atMs, heardAtMs: nowMs })
    return false
  }
  return ({ tally, projector, log_watch, ballot_box }, nowMs) => {
    if (isSilent('tally', tally, nowMs) || isSilent('projector', projector, nowMs)) return true
    if (tally!.state.state !== 'counting' || (tally!.state.records_behind ?? 0) > 0) return true
    if (projector!.state.problem !== null || (log_watch && log_watch.state.problem !== null)) return true
    return !ballot_box.log_up || !ballot_box.keys_loaded || ballot_box.reserved > 0
  }
}
