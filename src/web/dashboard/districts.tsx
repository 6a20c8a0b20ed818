/**
 * The districts and their map. The reader can search them by name, sort them by any column, and
 * open one to see its votes. The table shows 50 rows at a time.
 */
import { useMemo, useState } from 'preact/hooks'
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { mapAddress } from './addresses.ts'
import { districtRows, nameOrder, nextSort, type Sort, searchable, sortRows } from './district-rows.ts'
import { DistrictTable } from './district-table.tsx'
import { useLater } from './later.ts'
import { useChanges } from './use-changes.ts'
import { useSlowed } from './use-slowed.ts'
import { f, t } from './viewer.ts'

/** With at most this many districts there is no search box. */
const SEARCH_FROM = 21
const PAGE_ROWS = 50
/**
 * With this many districts or more, the table updates once a second instead of at every snapshot.
 */
const MANY = 500

interface DistrictsProps {
  readonly snapshot: ResultsSnapshot
  /** The rest of the page shows an earlier moment. The server keeps no history of districts. */
  readonly past: boolean
}

export function Districts({ snapshot, past }: DistrictsProps) {
  const slowed = useSlowed(snapshot, snapshot.districts.length < MANY ? 0 : 1000)
  const changes = useChanges(slowed)
  const { election, districts, contests } = slowed
  const [contestId, setContestId] = useState<string | null>(null)
  const contest = contests?.find(({ id }) => id === contestId) ?? contests?.[0] ?? null
  const { rows, found, look, setLook } = useLook(slowed, contest, changes.of)
  const [opened, setOpened] = useState<string | null>(null)
  const shown = found.slice(0, look.limit)
  const many = districts.length >= SEARCH_FROM
  const find = (query: string) => setLook({ ...look, query, limit: PAGE_ROWS })

  return (
    <section class="panel districts" aria-labelledby="districts">
      <h2 id="districts">{t.byDistrict}</h2>
      {past && <p class="hint">{t.asOfNow}</p>}
      <div class="controls">
        {many && <Search query={look.query} find={find} />}
        {contests !== null && contests.length > 1 && (
          <ContestChoice contests={contests} chosen={contest!.id} choose={setContestId} />
        )}
      </div>
      {election.map !== undefined && (
        <MapFold
          address={mapAddress(election.id, election.map)}
          title={contest?.title ?? election.title}
          rows={rows}
          options={contest?.options ?? null}
          open={(id) => {
            find(districts.find((district) => district.id === id)?.name ?? '')
            setOpened(id)
          }}
        />
      )}
      {found.length > 0 && (
        <DistrictTable
          rows={shown}
          options={contest?.options ?? null}
          suppressBelow={election.suppress_below}
          changes={changes}
          sort={look.sort}
          sortBy={(key) => setLook({ ...look, sort: nextSort(look.sort, key), limit: PAGE_ROWS })}
          opened={opened}
          open={setOpened}
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
        <button
          type="button"
          class="more"
          onClick={() => setLook({ ...look, limit: look.limit + PAGE_ROWS })}
        >
          {t.showMore}
        </button>
      )}
    </section>
  )
}

type MapProps = Parameters<typeof import('./map/district-map.tsx').DistrictMap>[0]

/**
 * Open from the start on a wide screen. On a phone the map loads only when the reader opens it,
 * because the reader may pay for every byte.
 */
function MapFold(props: MapProps) {
  const [open, setOpen] = useState(() => matchMedia('(min-width: 60em)').matches)
  const DistrictMap = useLater(open, async () => (await import('./map/district-map.tsx')).DistrictMap)
  return (
    <details class="map" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.map}</summary>
      {open && (DistrictMap === null ? <p class="hint">{t.mapWaits}</p> : <DistrictMap {...props} />)}
    </details>
  )
}

interface Look {
  readonly query: string
  readonly sort: Sort
  readonly limit: number
}

/** The rows that the reader has asked for: the search, the order and the number. */
function useLook(
  { election, districts }: ResultsSnapshot,
  contest: ContestSnapshot | null,
  change: (index: number) => number,
) {
  const [look, setLook] = useState<Look>({ query: '', sort: null, limit: PAGE_ROWS })
  // An election's names do not change, so what depends on them is computed once.
  const names = useMemo(() => {
    const all = districts.map(({ name }) => name)
    return { alphabet: nameOrder(all, t.lang), searchable: all.map(searchable) }
  }, [election.id, districts.length])
  const rows = useMemo(
    () => sortRows(districtRows(districts, contest), look.sort, names.alphabet, change),
    [districts, contest, look.sort, names],
  )
  const wanted = searchable(look.query.trim())
  const found = wanted === '' ? rows : rows.filter(({ index }) => names.searchable[index]!.includes(wanted))
  return { rows, found, look, setLook }
}

interface SearchProps {
  readonly query: string
  readonly find: (query: string) => void
}

function Search({ query, find }: SearchProps) {
  return (
    <label>
      <span>{t.findDistrict}</span>
      <input
        type="search"
        value={query}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => find(event.currentTarget.value)}
      />
    </label>
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
