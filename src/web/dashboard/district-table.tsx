/** The table of the districts. Its headings sort it, and its rows open to show votes. */
import type { OptionSnapshot } from '../../core/status/snapshot.ts'
import type { DistrictRow, Sort, SortKey } from './district-rows.ts'
import { DistrictVotes } from './district-votes.tsx'
import { optionColor } from './palette.ts'
import type { RecentChanges } from './recent-changes.ts'
import { f, t } from './viewer.ts'

interface DistrictTableProps {
  readonly rows: readonly DistrictRow[]
  /** null while results are hidden. */
  readonly options: readonly OptionSnapshot[] | null
  readonly suppressBelow: number
  readonly changes: RecentChanges
  readonly sort: Sort
  readonly sortBy: (key: SortKey) => void
  /** The district whose votes are shown, or null. */
  readonly opened: string | null
  readonly open: (id: string | null) => void
}

export function DistrictTable({ rows, sort, sortBy, ...each }: DistrictTableProps) {
  const heading = (key: SortKey, label: string, title?: string) => (
    <th
      scope="col"
      class={key === 'name' || key === 'leader' ? key : `number ${key}`}
      title={title}
      aria-sort={sort?.key === key ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" onClick={() => sortBy(key)}>
        {label}
        <svg viewBox="0 0 10 14" aria-hidden="true">
          <path class="up" d="M5 1l4 5H1z" />
          <path class="down" d="M5 13l4-5H1z" />
        </svg>
      </button>
    </th>
  )
  return (
    <table class="by-district" aria-labelledby="districts">
      <thead>
        <tr>
          {heading('name', t.district)}
          {heading('eligible', t.eligible)}
          {heading('cast', t.castShort)}
          {heading('turnout', t.turnout)}
          {each.options !== null && heading('leader', t.leader)}
          {each.options !== null && heading('margin', t.margin)}
          {heading('change', t.change, t.changeHint)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <District key={row.id} row={row} {...each} />
        ))}
      </tbody>
    </table>
  )
}

type DistrictProps = Omit<DistrictTableProps, 'rows' | 'sort' | 'sortBy'> & { readonly row: DistrictRow }

function District({ row, options, suppressBelow, changes, opened, open }: DistrictProps) {
  const isOpen = opened === row.id
  const change = changes.of(row.index)
  const changeText = change === 0 ? t.none : f.change(change)
  return (
    <>
      <tr data-district={row.id}>
        <th scope="row">
          {options === null ? (
            <bdi>{row.name}</bdi>
          ) : (
            <button
              type="button"
              class="opens"
              aria-expanded={isOpen}
              onClick={() => open(isOpen ? null : row.id)}
            >
              <bdi>{row.name}</bdi>
            </button>
          )}
        </th>
        <td class="number eligible">{f.count(row.eligible)}</td>
        <td class="number">
          {f.count(row.cast)} <span class="of-eligible">{t.ofEligible(f.count(row.eligible))}</span>
        </td>
        <td class="number">{f.share(row.turnout)}</td>
        {options !== null && (
          <td class="leader">
            <Leader row={row} options={options} suppressBelow={suppressBelow} />
          </td>
        )}
        {options !== null && (
          <td class="number margin">{row.marginShare === null ? t.none : f.points(row.marginShare)}</td>
        )}
        <td class="number change">{changeText}</td>
      </tr>
      {isOpen && options !== null && (
        <tr class="opened">
          <td colSpan={7}>
            <DistrictVotes row={row} options={options} change={changeText} />
          </td>
        </tr>
      )}
    </>
  )
}

interface LeaderProps {
  readonly row: DistrictRow
  readonly options: readonly OptionSnapshot[]
  readonly suppressBelow: number
}

export function Leader({ row, options, suppressBelow }: LeaderProps) {
  if (row.withheld && row.cast > 0) return <span class="withheld">{whyWithheld(row, suppressBelow)}</span>
  const [first, ...others] = row.leaders
  if (first === undefined) return <>{t.none}</>
  if (others.length > 0) return <span>{t.tiedShort(f.figure(row.leaders.length))}</span>
  const option = options[first]!
  return (
    <div>
      <span class="swatch" style={{ backgroundColor: optionColor(option.color, first) }} />
      <bdi>{option.name}</bdi> <span class="lead-share">{f.share(row.leadShare)}</span>
    </div>
  )
}

function whyWithheld({ eligible, cast }: DistrictRow, suppressBelow: number): string {
  if (eligible < suppressBelow) return t.totalsOnly
  return cast < suppressBelow ? t.fewerThan(f.figure(suppressBelow)) : t.withheld
}
