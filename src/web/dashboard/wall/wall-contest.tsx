/**
 * A contest on a wall: all options on one page in the largest size that fits, or on several pages.
 */

import { useLayoutEffect, useState } from 'preact/hooks'
import type { ContestSnapshot, OptionSnapshot, ResultsSnapshot } from '../../../core/status/snapshot.ts'
import type { Outcome } from '../../../core/tally/outcome.ts'
import { ContestTotals } from '../contest-totals.tsx'
import { OptionBar } from '../option-bar.tsx'
import { lastSeatAfter, outcomeIn } from '../outcome-statement.ts'
import { type Ranked, rankContest } from '../ranking.ts'
import { RankingHead } from '../ranking-head.tsx'
import { Standing } from '../standing.tsx'
import { f, t } from '../viewer.ts'
import { WordOfRow } from '../word-of-row.tsx'
import { pagesIn } from './row-plan.ts'
import { useRowPlan } from './use-row-plan.ts'

interface WallContestProps {
  readonly contest: ContestSnapshot
  readonly of: ResultsSnapshot
  readonly page: number
  /** Called with the number of pages that the contest has here. */
  readonly onPages: (pages: number) => void
}

export function WallContest({ contest, of, page, onPages }: WallContestProps) {
  const outcome = outcomeIn(contest, of)
  const ranked = rankContest(contest)
  const together = contest.measure ? ranked.length : contest.seats
  const key = keyOf(ranked, outcome)
  const { room, ruler, plan } = useRowPlan(key, together)
  const pages =
    plan === null
      ? []
      : pagesIn(
          plan,
          plan,
          { head: plan.head, rows: ranked.map(({ option }) => plan.rows.get(option.id) ?? 0) },
          together,
        )
  const [plain, setPlain] = useState(false)
  const shown = Math.min(page, pages.length - 1)
  const onFirst = sum(pages[0] ?? [])
  // Before the page is painted: the next key press depends on the number of pages.
  useLayoutEffect(() => {
    if (pages.length > 0) onPages(pages.length)
    // With long names, the page drops the sentence so that the winners stay on one page. A word in
    // each row says the same.
    if (pages.length > 0 && onFirst < Math.min(ranked.length, Math.max(2, together))) setPlain(true)
  }, [pages.length, onFirst])
  const heading = `contest-${contest.id}`
  const before = sum(pages.slice(0, shown).flat())
  const props = { ranked, outcome, heading, most: ranked[0]?.option.votes ?? 0 }
  return (
    <section class="panel contest wall-contest" aria-labelledby={heading}>
      <h2 id={heading}>
        <bdi>{contest.title}</bdi>
      </h2>
      {!plain && <Standing contest={contest} outcome={outcome} />}
      <div class="room" ref={room} style={{ '--size': plan?.size ?? 2.8 }}>
        <Rows {...props} from={0} count={ranked.length} ruler={ruler} />
        {(pages[shown] ?? []).map((count, column, all) => (
          <Rows {...props} key={column} from={before + sum(all.slice(0, column))} count={count} />
        ))}
      </div>
      <p class="contest-totals">
        {pages.length > 1 && (
          <strong>
            {t.optionsFrom(
              f.count(before + 1),
              f.count(before + sum(pages[shown]!)),
              f.figure(ranked.length),
            )}
          </strong>
        )}
        <ContestTotals contest={contest} />
      </p>
    </section>
  )
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

/**
 * What the heights of rows depend on: the names, the words beside them, and the widths of the
 * numbers.
 */
function keyOf(ranked: readonly Ranked<OptionSnapshot>[], outcome: Outcome): string {
  const names = ranked.map(({ option }) => option.name).sort()
  const digits = String(ranked[0]?.option.votes ?? 0).length
  return JSON.stringify([names, digits, outcome.standing, outcome.final, t.lang])
}

interface RowsProps {
  readonly ranked: readonly Ranked<OptionSnapshot>[]
  readonly outcome: Outcome
  readonly heading: string
  readonly most: number
  readonly from: number
  readonly count: number
  /** The invisible table whose heights are measured. */
  readonly ruler?: { readonly current: HTMLTableElement | null }
}

function Rows({ ranked, outcome, heading, most, from, count, ruler }: RowsProps) {
  const lastSeat = lastSeatAfter(ranked, outcome)
  return (
    <table
      class={ruler ? 'ranking ruler' : 'ranking'}
      ref={ruler}
      aria-hidden={ruler ? 'true' : undefined}
      aria-labelledby={ruler ? undefined : heading}
    >
      <RankingHead>{t.share}</RankingHead>
      <tbody>
        {ranked.slice(from, from + count).map(({ option, index, rank, share }, place) => (
          <tr
            key={option.id}
            class={from + place + 1 === lastSeat ? 'last-seat' : undefined}
            {...(ruler ? { 'data-ruled': option.id } : { 'data-option': option.id })}
          >
            <td class="rank">{f.count(rank)}</td>
            <th scope="row">
              <bdi>{option.name}</bdi> <WordOfRow outcome={outcome} index={index} />
              <OptionBar option={option} index={index} most={most} />
            </th>
            <td class="number">{f.count(option.votes)}</td>
            <td class="number share">{f.share(share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
