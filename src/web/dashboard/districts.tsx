/** Turnout and who is ahead, district by district: found by name, sorted by any column, fifty rows at a time. */
import { useMemo, useState } from 'preact/hooks'
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import {
  districtRows,
  nameOrder,
  nextSort,
  type Sort,
  type SortKey,
  searchable,
  sortRows,
} from './district-rows.ts'
import { DistrictTable } from './district-table.tsx'
import { useSlowed } from './use-slowed.ts'
import { f, t } from './viewer.ts'

/** Up to so many districts a search box would only be in the way. */
const SEARCH_FROM = 21
const PAGE_ROWS = 50
/** From here on the table follows once a second instead of at every snapshot. */
const MANY = 500

interface DistrictsProps {
  readonly snapshot: ResultsSnapshot
  /** The rest of the page looks back; districts were not kept. */
  readonly past: boolean
}

export function Districts({ snapshot, past }: DistrictsProps) {
  const { election, districts, contests } = useSlowed(snapshot, snapshot.districts.length < MANY ? 0 : 1000)
  const [contestId, setContestId] = useState<string | null>(null)
  const [query, setQuery] = useState('')
  const [sort, setSort] = useState<Sort>(null)
  const [limit, setLimit] = useState(PAGE_ROWS)

  // Names are fixed for an election: what is derived from them is worked out once.
  const names = useMemo(() => {
    const all = districts.map(({ name }) => name)
    return { alphabet: nameOrder(all, t.lang), searchable: all.map(searchable) }
  }, [election.id, districts.length])
  const contest = contests?.find(({ id }) => id === contestId) ?? contests?.[0] ?? null
  const rows = useMemo(
    () => sortRows(districtRows(districts, contest), sort, names.alphabet),
    [districts, contest, sort, names],
  )
  const wanted = searchable(query.trim())
  const found = wanted === '' ? rows : rows.filter(({ index }) => names.searchable[index]!.includes(wanted))
  const shown = found.slice(0, limit)
  const sortBy = (key: SortKey) => {
    setSort(nextSort(sort, key))
    setLimit(PAGE_ROWS)
  }
  const many = districts.length >= SEARCH_FROM

  return (
    <section class="panel districts" aria-labelledby="districts">
      <h2 id="districts">{t.byDistrict}</h2>
      {past && <p class="hint">{t.asOfNow}</p>}
      <div class="controls">
        {many && (
          <label>
            <span>{t.findDistrict}</span>
            <input
              type="search"
              value={query}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => {
                setQuery(event.currentTarget.value)
                setLimit(PAGE_ROWS)
              }}
            />
          </label>
        )}
        {contests !== null && contests.length > 1 && (
          <ContestChoice contests={contests} chosen={contest!.id} choose={setContestId} />
        )}
      </div>
      {found.length > 0 && (
        <DistrictTable
          rows={shown}
          options={contest?.options ?? null}
          suppressBelow={election.suppress_below}
          sort={sort}
          sortBy={sortBy}
        />
      )}
      {contest !== null && rows.some(({ withheld, cast }) => withheld && cast > 0) && (
        <p class="hint withheld-meaning">{t.withheldMeaning(f.figure(election.suppress_below))}</p>
      )}
      {many && (
        <p class="shown" role="status">
          {found.length === 0 ? t.noDistrict : t.showing(f.count(shown.length), f.figure(found.length))}
        </p>
      )}
      {shown.length < found.length && (
        <button type="button" class="more" onClick={() => setLimit(limit + PAGE_ROWS)}>
          {t.showMore}
        </button>
      )}
    </section>
  )
}

interface ContestChoiceProps {
  readonly contests: readonly ContestSnapshot[]
  readonly chosen: string
  readonly choose: (id: string) => void
}

function ContestChoice({ contests, chosen, choose }: ContestChoiceProps) {
  return (
    <label>
      <span>{t.leaderOf}</span>
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {contests.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}
