/** One contest: its options ranked, as a table whose rows carry the bars, and the margin in a sentence. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { ContestSnapshot, OptionSnapshot } from '../../core/status/snapshot.ts'
import { optionColor } from './palette.ts'
import { type Ranked, rankOptions, votesGiven } from './ranking.ts'
import { ShareBar } from './share-bar.tsx'
import { Standing } from './standing.tsx'
import { type CountTold, outcomeIn } from './told-outcome.ts'
import { f, t } from './viewer.ts'

/** Options shown before the reader asks for all. */
const SHOWN = 12

interface ContestProps {
  readonly contest: ContestSnapshot
  /** The snapshot it is of. */
  readonly of: CountTold
  /** Where nobody can ask for more: the options shown at most, and no buttons. */
  readonly atMost?: number
  readonly children?: ComponentChildren
}

export function Contest({ contest, of, atMost, children }: ContestProps) {
  const [all, setAll] = useState(false)
  const heading = `contest-${contest.id}`
  const isOfBallots = contest.share_of === 'ballots'
  const ranked = rankOptions(contest.options, isOfBallots ? contest.ballots : undefined)
  const outcome = outcomeIn(contest, of)
  const most = ranked[0]?.option.votes ?? 0
  const foldable = atMost === undefined && ranked.length > SHOWN + 2
  const shown = ranked.slice(0, atMost ?? (foldable && !all ? SHOWN : ranked.length))
  return (
    <section class="panel contest" aria-labelledby={heading}>
      <h2 id={heading}>
        <bdi>{contest.title}</bdi>
      </h2>
      <Standing contest={contest} outcome={outcome} />
      <ShareBar ranked={ranked} />
      <table class="ranking" aria-labelledby={heading}>
        <thead>
          <tr>
            <th scope="col" class="rank">
              <span class="unseen">{t.rank}</span>
            </th>
            <th scope="col">{t.option}</th>
            <th scope="col" class="number">
              {t.votes}
            </th>
            <th scope="col" class="number">
              <abbr title={isOfBallots ? t.shareOfBallots : t.shareOfVotes}>{t.share}</abbr>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <OptionRow
              key={row.option.id}
              row={row}
              most={most}
              isIn={outcome.final && outcome.elected.includes(row.index)}
            />
          ))}
        </tbody>
      </table>
      {foldable && (
        <button type="button" class="more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t.showFewerOptions : t.showAllOptions(f.figure(ranked.length))}
        </button>
      )}
      <p class="contest-totals">
        {shown.length < ranked.length &&
          !foldable &&
          `${t.andMore(f.figure(ranked.length - shown.length))} · `}
        {totalsOf(contest).join(' · ')}
      </p>
      {children}
    </section>
  )
}

interface OptionRowProps {
  readonly row: Ranked<OptionSnapshot>
  readonly most: number
  /** Elected, or passed. */
  readonly isIn: boolean
}

function OptionRow({ row, most, isIn }: OptionRowProps) {
  const { option, index, rank, share } = row
  const width = most === 0 ? 0 : (option.votes / most) * 100
  return (
    <tr data-option={option.id}>
      <td class="rank">{rank}</td>
      <th scope="row">
        <bdi>{option.name}</bdi>
        {isIn && (
          <span class="is-in" role="img" aria-label={t.isIn}>
            ✓
          </span>
        )}
        <div class="bar">
          <div style={{ width: `${width.toFixed(2)}%`, backgroundColor: optionColor(option.color, index) }} />
        </div>
      </th>
      <td class="number">{f.count(option.votes)}</td>
      <td class="number share">{f.share(share)}</td>
    </tr>
  )
}

function totalsOf(contest: ContestSnapshot): string[] {
  const totals = [t.contestBallots(f.figure(contest.ballots))]
  if (contest.votes_allowed > 1) {
    totals.push(t.contestVotes(f.figure(votesGiven(contest.options))))
    totals.push(t.contestUnused(f.figure(contest.undervotes)))
  }
  totals.push(t.contestBlank(f.figure(contest.blank)))
  if (contest.votes_allowed > 1) totals.push(t.votesEach(f.figure(contest.votes_allowed)))
  return totals
}
