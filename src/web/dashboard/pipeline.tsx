/** How the count flows: how fast ballots come, how soon they are safe, how many people watch. */
import type { Pulse } from '../../core/tally/pulse.ts'
import type { ResultsSnapshot } from '../../core/tally/snapshot.ts'
import { f, t } from '../shared/viewer.ts'

interface PipelineProps {
  readonly snapshot: ResultsSnapshot
  readonly pulse: Pulse | null
}

export function Pipeline({ snapshot, pulse }: PipelineProps) {
  const lastMs = snapshot.last_ballot_at === null ? null : Date.parse(snapshot.last_ballot_at)
  const commitMs = pulse?.commit_ms ?? null
  const rows = [
    ['rate', t.pipelineRate, f.perSecond(snapshot.votes_per_second)],
    ['commit', t.pipelineCommit, commitMs === null ? t.none : t.milliseconds(f.perSecond(commitMs))],
    ['viewers', t.pipelineViewers, pulse === null ? t.none : f.count(pulse.viewers)],
    ['last', t.pipelineLast, lastMs === null ? t.none : f.moment(lastMs, Date.now())],
  ] as const
  return (
    <section class="panel pipeline" aria-labelledby="pipeline">
      <h2 id="pipeline">{t.pipeline}</h2>
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
