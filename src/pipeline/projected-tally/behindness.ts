/**
 * Whether the engines have counted what there is: counters that differ say nothing before. No I/O.
 */
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'

/** What a process told of its work longer ago than this says nothing of now. */
const STALE_MS = 10_000

export type IsBehind = (pipeline: PipelineSnapshot, nowMs: number) => boolean

/** Tells whether an engine is away, or has ballots before it that it has not been through. */
export function behindness(): IsBehind {
  const heard = new Map<string, { readonly atMs: number; readonly heardAtMs: number }>()
  // By our clock: the teller's may be another machine's.
  const isSilent = (work: string, published: { readonly atMs: number } | null, nowMs: number): boolean => {
    if (published === null) return true
    const last = heard.get(work)
    if (last?.atMs === published.atMs) return Math.abs(nowMs - last.heardAtMs) > STALE_MS
    heard.set(work, { atMs: published.atMs, heardAtMs: nowMs })
    return false
  }
  return ({ tally, projector, log_watch, ballot_box }, nowMs) => {
    if (isSilent('tally', tally, nowMs) || isSilent('projector', projector, nowMs)) return true
    if (tally!.state.state !== 'counting' || (tally!.state.records_behind ?? 0) > 0) return true
    if (projector!.state.problem !== null || (log_watch && log_watch.state.problem !== null)) return true
    return !ballot_box.log_up || !ballot_box.keys_loaded || ballot_box.reserved > 0
  }
}
