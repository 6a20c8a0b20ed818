/** The numbers of the whole election. */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { f, t } from './viewer.ts'

interface KeyFiguresProps {
  readonly snapshot: ResultsSnapshot
}

export function KeyFigures({ snapshot }: KeyFiguresProps) {
  const { eligible, cast, last_ballot_at: lastBallotAt } = snapshot
  const lastBallot =
    lastBallotAt === null ? null : t.lastBallot(f.moment(Date.parse(lastBallotAt), Date.now()))
  return (
    <section aria-labelledby="key-figures">
      <h2 id="key-figures" class="unseen">
        {t.keyFigures}
      </h2>
      <dl class="figures">
        <KeyFigure
          name="cast"
          label={t.cast}
          value={f.count(cast)}
          hint={lastBallot ?? (cast === 0 ? t.noBallotSeen : null)}
        />
        <KeyFigure
          name="turnout"
          label={t.turnout}
          value={f.share(eligible === 0 ? null : cast / eligible)}
          hint={t.ofSoManyEligible(f.figure(eligible))}
        />
        <KeyFigure
          name="outstanding"
          label={t.outstanding}
          value={f.count(Math.max(0, eligible - cast))}
          hint={t.outstandingHint}
        />
      </dl>
    </section>
  )
}

interface KeyFigureProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly hint: string | null
}

function KeyFigure({ name, label, value, hint }: KeyFigureProps) {
  return (
    <div data-figure={name}>
      <dt>{label}</dt>
      <dd class="number">{value}</dd>
      <dd class="hint">{hint}</dd>
    </div>
  )
}
