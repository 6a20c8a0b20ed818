/**
 * One contest: a table of its options by rank, with a bar in each row, and the margin in a
 * sentence.
 */

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { ContestSnapshot, OptionSnapshot } from '../../core/status/snapshot.ts'
import type { Outcome } from '../../core/tally/outcome.ts'
import { ContestTotals } from './contest-totals.tsx'
import { OptionBar } from './option-bar.tsx'
import { type CountStatement, lastSeatAfter, outcomeIn } from './outcome-statement.ts'
import { type Ranked, rankContest } from './ranking.ts'
import { RankingHead } from './ranking-head.tsx'
import { ShareBar } from './share-bar.tsx'
import { Standing } from './standing.tsx'
import { f, t } from './viewer.ts'
import { WordOfRow } from './word-of-row.tsx'

/** Options shown before the reader asks for all. */
const SHOWN = 12

interface ContestProps {
  readonly contest: ContestSnapshot
  /** The snapshot that the contest belongs to. */
  readonly of: CountStatement
  /** The most options to show, without buttons, on a page whose reader cannot ask for more. */
  readonly atMost?: number
  readonly children?: ComponentChildren
}

export function Contest({ contest, of, atMost, children }: ContestProps) {
  const [all, setAll] = useState(false)
  const heading = `contest-${contest.id}`
  const ranked = rankContest(contest)
  const outcome = outcomeIn(contest, of)
  const lastSeat = lastSeatAfter(ranked, outcome)
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
        <RankingHead>
          <abbr title={contest.share_of === 'ballots' ? t.shareOfBallots : t.shareOfVotes}>{t.share}</abbr>
        </RankingHead>
        <tbody>
          {shown.map((row, place) => (
            <OptionRow
              key={row.option.id}
              row={row}
              most={most}
              outcome={outcome}
              isLastSeat={place + 1 === lastSeat}
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
        <ContestTotals contest={contest} />
      </p>
      {children}
    </section>
  )
}

interface OptionRowProps {
  readonly row: Ranked<OptionSnapshot>
  readonly most: number
  readonly outcome: Outcome
  /** The options below this row have no seat. */
  readonly isLastSeat: boolean
}

function OptionRow({ row, most, outcome, isLastSeat }: OptionRowProps) {
  const { option, index, rank, share } = row
  return (
    <tr data-option={option.id} class={isLastSeat ? 'last-seat' : undefined}>
      <td class="rank">{f.count(rank)}</td>
      <th scope="row">
        <bdi>{option.name}</bdi> <WordOfRow outcome={outcome} index={index} />
        <OptionBar option={option} index={index} most={most} />
      </th>
      <td class="number">{f.count(option.votes)}</td>
      <td class="number share">{f.share(share)}</td>
    </tr>
  )
}
