/** The numbers of the whole election. */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { f, t } from './viewer.ts'

interface KeyFiguresProps {
  readonly snapshot: ResultsSnapshot
  /** An earlier moment: what is only known of now is left out. */
  readonly past?: boolean
}

export function KeyFigures({ snapshot, past = false }: KeyFiguresProps) {
  const { eligible, cast, blank, contests, last_ballot_at: lastBallotAt } = snapshot
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
          hint={t.turnoutHint}
        />
        <KeyFigure name="eligible" label={t.eligible} value={f.count(eligible)} hint={t.eligibleHint} />
        <KeyFigure
          name="outstanding"
          label={t.outstanding}
          value={f.count(Math.max(0, eligible - cast))}
          hint={t.outstandingHint}
        />
        <KeyFigure
          name="blank"
          label={t.blank}
          value={blank === null ? t.none : f.count(blank)}
          hint={contests === null && !past ? t.blankLater : t.blankHint}
        />
        <KeyFigure
          name="rate"
          label={t.votesPerSecond}
          value={past ? t.none : f.perSecond(snapshot.votes_per_second)}
          hint={past ? null : t.votesPerSecondHint}
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
