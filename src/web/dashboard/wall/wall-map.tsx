/**
 * The map on a wall: leader, margin and turnout, one after the other. The page loads it when the
 * wall first shows it.
 */
import { useLayoutEffect } from 'preact/hooks'
import type { ContestSnapshot, ResultsSnapshot } from '../../../core/status/snapshot.ts'
import { mapAddress } from '../addresses.ts'
import { districtRows } from '../district-rows.ts'
import { useLater } from '../later.ts'
import { SHOWN } from '../map/map-fills.ts'
import { useSlowed } from '../use-slowed.ts'
import { t } from '../viewer.ts'

/** A map may have thousands of areas, so it is drawn again at most this often. */
const SLOWED_MS = 1000

interface WallMapProps {
  readonly snapshot: ResultsSnapshot
  /** null while results are hidden: then the map shows turnout only. */
  readonly contest: ContestSnapshot | null
  readonly page: number
  readonly onPages: (pages: number) => void
}

export function WallMap({ snapshot, contest, page, onPages }: WallMapProps) {
  const slowed = useSlowed(snapshot, SLOWED_MS)
  const DistrictMap = useLater(true, async () => (await import('../map/district-map.tsx')).DistrictMap)
  const all = contest === null ? (['turnout'] as const) : SHOWN
  useLayoutEffect(() => onPages(all.length), [all.length])
  const shown = all[Math.min(page, all.length - 1)]!
  const { election, contests, districts } = slowed
  const now = contests?.find(({ id }) => id === contest?.id) ?? null
  return (
    <section class="panel map wall-map" aria-labelledby="map">
      <h2 id="map">
        {t.map}: {t.mapOf[shown]}
        {contest !== null && contests!.length > 1 && (
          <>
            : <bdi>{contest.title}</bdi>
          </>
        )}
      </h2>
      {DistrictMap === null ? (
        <p class="hint">{t.mapWaits}</p>
      ) : (
        <DistrictMap
          address={mapAddress(election.id, election.map!)}
          title={contest?.title ?? election.title}
          rows={districtRows(districts, now)}
          options={now?.options ?? null}
          fixed={shown}
        />
      )}
    </section>
  )
}
