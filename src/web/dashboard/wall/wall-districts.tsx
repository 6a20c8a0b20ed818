/** Districts on a wall: all of a few, of many those that matter, as many as fit. */
import type { ContestSnapshot, OptionSnapshot, ResultsSnapshot } from '../../../core/status/snapshot.ts'
import { type DistrictRow, districtRows } from '../district-rows.ts'
import { Leader } from '../district-table.tsx'
import type { RecentChanges } from '../recent-changes.ts'
import { useSize } from '../use-size.ts'
import { f, t } from '../viewer.ts'
import { notableDistricts } from './notable-districts.ts'

/** Where so many fit beside one another, all districts are shown. */
const FEW = 8
/** What a row of a list takes, in rems: a name of two lines. */
const ROW_REMS = 4.6
/** Wide enough for three lists beside one another. */
const THREE_REMS = 60

interface WallDistrictsProps {
  readonly snapshot: ResultsSnapshot
  readonly contest: ContestSnapshot | null
  readonly changes: RecentChanges
}

export function WallDistricts({ snapshot, contest, changes }: WallDistrictsProps) {
  const { districts, contests, election } = snapshot
  const { ref, width, height, rem } = useSize<HTMLDivElement>()
  const rows = districtRows(districts, contest)
  const beside = width >= THREE_REMS * rem
  const [lists, each] =
    districts.length <= FEW ? ([1, FEW] as const) : ([3, fitting(height, rem, beside ? 1 : 3)] as const)
  const { growing, closest, latest } = notableDistricts(rows, changes, each)
  const shared = { options: contest?.options ?? null, suppressBelow: election.suppress_below }
  return (
    <section class="panel districts" aria-labelledby="districts">
      <h2 id="districts">
        {t.byDistrict}
        {contest !== null && contests!.length > 1 && (
          <>
            : <bdi>{contest.title}</bdi>
          </>
        )}
      </h2>
      <div class={beside ? 'room lists beside-one-another' : 'room lists'} ref={ref}>
        {lists === 1 ? (
          <List {...shared} rows={rows} value={({ turnout }) => f.share(turnout)} heading={t.turnout} />
        ) : (
          <>
            <List {...shared} rows={closest} value={marginOf} heading={t.closest} />
            <List
              {...shared}
              rows={growing}
              value={({ index }) => t.more(f.count(changes.of(index)))}
              heading={t.growing}
            />
            <List {...shared} rows={latest} value={({ cast }) => f.count(cast)} heading={t.latest} />
          </>
        )}
      </div>
      <p class="shown">{t.districtsInAll(f.figure(districts.length))}</p>
    </section>
  )
}

const marginOf = ({ marginShare }: DistrictRow) =>
  marginShare === null ? t.none : t.points(f.points(marginShare))

function fitting(height: number, rem: number, stacked: number): number {
  return Math.max(1, Math.floor((height / stacked - 3 * rem) / (ROW_REMS * rem)))
}

interface ListProps {
  readonly rows: readonly DistrictRow[]
  readonly options: readonly OptionSnapshot[] | null
  readonly suppressBelow: number
  readonly heading: string
  readonly value: (row: DistrictRow) => string
}

function List({ rows, options, suppressBelow, heading, value }: ListProps) {
  if (rows.length === 0) return null
  return (
    <table class="notable" aria-label={heading}>
      <thead>
        <tr>
          <th scope="col">{heading}</th>
          <th scope="col" class="number">
            <span class="unseen">{t.votes}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id} data-district={row.id}>
            <th scope="row">
              <bdi>{row.name}</bdi>
              {options !== null && <Leader row={row} options={options} suppressBelow={suppressBelow} />}
            </th>
            <td class="number">{value(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
