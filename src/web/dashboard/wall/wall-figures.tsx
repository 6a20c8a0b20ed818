/** The numbers of the whole election in one line, so that a wall keeps its room for the count. */
import type { ResultsSnapshot } from '../../../core/status/snapshot.ts'
import { f, t } from '../viewer.ts'

export function WallFigures({ snapshot }: { snapshot: ResultsSnapshot }) {
  const { eligible, cast, held, last_ballot_at: lastBallotAt, phase } = snapshot
  const figures = [
    ['cast', t.cast, f.count(cast)],
    ['turnout', t.turnout, f.share(eligible === 0 ? null : cast / eligible)],
    ['eligible', t.eligible, f.count(eligible)],
    ...(lastBallotAt !== null && phase === 'open'
      ? ([['last', t.pipelineLast, f.moment(Date.parse(lastBallotAt), Date.now())]] as const)
      : []),
  ] as const
  return (
    <section class="wall-figures" aria-labelledby="key-figures">
      <h2 id="key-figures" class="unseen">
        {t.keyFigures}
      </h2>
      <dl>
        {figures.map(([name, label, value]) => (
          <div key={name} data-figure={name}>
            <dt>{label}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
      {held ? (
        <p class="held-back">
          <strong>{t.heldBack(f.figure(held))}</strong> {t.heldBackBriefly}
        </p>
      ) : null}
    </section>
  )
}
