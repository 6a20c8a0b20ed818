/** The changes of the last minute, updated with every snapshot. */
import { useRef } from 'preact/hooks'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { type RecentChanges, recentChanges } from './recent-changes.ts'

export function useChanges(snapshot: ResultsSnapshot): RecentChanges {
  const changes = useRef<RecentChanges | null>(null)
  const noted = useRef<ResultsSnapshot['districts'] | null>(null)
  changes.current ??= recentChanges()
  if (noted.current !== snapshot.districts) {
    noted.current = snapshot.districts
    changes.current.note(
      performance.now(),
      snapshot.districts.map(({ cast }) => cast),
    )
  }
  return changes.current
}
