/**
 * How the count flows: the rate of ballots, how long storing one takes, and the number of viewers.
 * The page loads this part when the reader opens it.
 */
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'
import type { Pulse } from '../../core/status/pulse.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { f, t } from './viewer.ts'

interface PipelineProps {
  readonly snapshot: ResultsSnapshot
  readonly pulse: Pulse | null
}

export function Pipeline({ snapshot, pulse }: PipelineProps) {
  const lastMs = snapshot.last_ballot_at === null ? null : Date.parse(snapshot.last_ballot_at)
  const commitMs = pulse?.commit_ms ?? null
  const { eligible, blank } = snapshot
  const rows = [
    ['eligible', `${t.eligible} (${t.eligibleHint})`, f.count(eligible)],
    ['blank', `${t.blank} (${t.blankHint})`, blank === null ? t.blankLater : f.count(blank)],
    ['rate', t.pipelineRate, f.perSecond(snapshot.votes_per_second)],
    ['commit', t.pipelineCommit, commitMs === null ? t.none : t.milliseconds(f.perSecond(commitMs))],
    ['viewers', t.pipelineViewers, pulse === null ? t.none : f.count(pulse.viewers)],
    ['last', t.pipelineLast, lastMs === null ? t.none : f.moment(lastMs, Date.now())],
    ...(snapshot.pipeline === undefined ? [] : engineRows(snapshot.pipeline)),
  ] as const
  return (
    <section class="pipeline" aria-labelledby="pipeline">
      <h3 id="pipeline">{t.pipeline}</h3>
      <dl class="counters">
        {rows.map(([name, label, value]) => (
          <div key={name} data-pipeline={name}>
            <dt>{label}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** The engines of a cluster, with the figures that each has reported. */
function engineRows({
  tally,
  log_watch,
  ballot_box,
}: PipelineSnapshot): readonly (readonly [string, string, string])[] {
  const state = tally?.state
  const setAside = Object.values(log_watch?.state.set_aside ?? {}).reduce((sum, records) => sum + records, 0)
  const upOrDown = (up: boolean) => (up ? t.engineUp : t.engineDown)
  return [
    ['tally', t.engineTally, state === undefined ? t.none : t.engineState(state.state)],
    ['behind', t.engineBehind, countOrNone(state?.records_behind)],
    ['batch', t.engineBatch, state?.batch_ms == null ? t.none : t.milliseconds(f.count(state.batch_ms))],
    ['log', t.engineLog, upOrDown(ballot_box.log_up)],
    ['keys', t.engineKeys, upOrDown(ballot_box.keys_loaded)],
    ...(setAside > 0 ? ([['set-aside', t.setAside, f.count(setAside)]] as const) : []),
  ]
}

const countOrNone = (n: number | null | undefined): string => (n == null ? t.none : f.count(n))
