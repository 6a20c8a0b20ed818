/** The table of the districts, with headings that sort. */
import type { OptionSnapshot } from '../../core/status/snapshot.ts'
import type { DistrictRow, Sort, SortKey } from './district-rows.ts'
import { optionColor } from './palette.ts'
import { f, t } from './viewer.ts'

interface DistrictTableProps {
  readonly rows: readonly DistrictRow[]
  /** null while results are not shown. */
  readonly options: readonly OptionSnapshot[] | null
  readonly suppressBelow: number
  /** Without `sortBy` the headings are only headings. */
  readonly sort?: Sort
  readonly sortBy?: (key: SortKey) => void
}

export function DistrictTable({ rows, options, suppressBelow, sort = null, sortBy }: DistrictTableProps) {
  const heading = (key: SortKey, label: string) => (
    <th
      scope="col"
      class={key === 'name' || key === 'leader' ? key : `number ${key}`}
      aria-sort={sort?.key === key ? (sort.descending ? 'descending' : 'ascending') : undefined}
    >
      {sortBy === undefined ? (
        label
      ) : (
        <button type="button" onClick={() => sortBy(key)}>
          {label}
          <svg viewBox="0 0 10 14" aria-hidden="true">
            <path class="up" d="M5 1l4 5H1z" />
            <path class="down" d="M5 13l4-5H1z" />
          </svg>
        </button>
      )}
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
          {options !== null && heading('leader', t.leader)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-district={row.id}>
            <th scope="row">
              <bdi>{row.name}</bdi>
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
          </tr>
        ))}
      </tbody>
    </table>
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
