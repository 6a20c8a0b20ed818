/** Districts on a wall: all of them if they are few, else the notable ones, as many as fit. */
import { useLayoutEffect } from 'preact/hooks'
import type { ContestSnapshot, OptionSnapshot, ResultsSnapshot } from '../../../core/status/snapshot.ts'
import { type DistrictRow, districtRows } from '../district-rows.ts'
import { Leader } from '../district-table.tsx'
import type { RecentChanges } from '../recent-changes.ts'
import { useSize } from '../use-size.ts'
import { f, t } from '../viewer.ts'
import { notableDistricts } from './notable-districts.ts'

/** With at most this many districts, the wall shows all of them. */
const FEW = 8
/** No wall has room for more rows in a list. */
const MOST = 24
/** Wide enough for three lists beside one another. */
const THREE_REMS = 60

interface WallDistrictsProps {
  readonly snapshot: ResultsSnapshot
  readonly contest: ContestSnapshot | null
  readonly changes: RecentChanges
}

export function WallDistricts({ snapshot, contest, changes }: WallDistrictsProps) {
  const { districts, contests, election } = snapshot
  const { ref, width, rem } = useSize<HTMLDivElement>()
  const rows = districtRows(districts, contest)
  const beside = width >= THREE_REMS * rem
  const isFew = districts.length <= FEW
  const notable = notableDistricts(rows, changes, MOST)
  const lists: readonly Listed[] = [
    { of: notable.closest, heading: t.closest, value: marginOf },
    { of: notable.growing, heading: t.growing, value: ({ index }) => f.change(changes.of(index)) },
    { of: notable.latest, heading: t.latest, value: ({ cast }) => f.count(cast) },
  ]
  const all = { of: rows, heading: t.turnout, value: turnoutOf }
  const shown: readonly Listed[] = isFew ? [all] : lists.filter(({ of }) => of.length > 0)
  useLayoutEffect(() => {
    if (ref.current) hideCut(ref.current)
  })
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
        {shown.map(({ of, ...list }) => (
          <List key={list.heading} {...shared} {...list} rows={of} />
        ))}
      </div>
      <p class="shown">{t.districtsInAll(f.figure(districts.length))}</p>
    </section>
  )
}

/** One of the lists that are side by side. */
interface Listed {
  readonly of: readonly DistrictRow[]
  readonly heading: string
  readonly value: (row: DistrictRow) => string
}

const turnoutOf = ({ turnout }: DistrictRow) => f.share(turnout)
const marginOf = ({ marginShare }: DistrictRow) =>
  marginShare === null ? t.none : t.points(f.points(marginShare))

/** Hides the rows that end below the screen, for names of any length. */
function hideCut(lists: HTMLElement): void {
  for (const list of lists.children) {
    const rows = [...list.querySelectorAll<HTMLElement>('tbody tr')]
    for (const row of rows) row.hidden = false
    const { bottom } = list.getBoundingClientRect()
    const from = rows.findIndex((row) => row.getBoundingClientRect().bottom > bottom + 1)
    if (from !== -1) for (const row of rows.slice(from)) row.hidden = true
  }
}

interface ListProps {
  readonly rows: readonly DistrictRow[]
  readonly options: readonly OptionSnapshot[] | null
  readonly suppressBelow: number
  readonly heading: string
  readonly value: (row: DistrictRow) => string
}

function List({ rows, options, suppressBelow, heading, value }: ListProps) {
  return (
    <div class="list">
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
    </div>
  )
}
