/** One bar for all votes, with a piece for each option. The table below it has the same numbers. */
import type { OptionSnapshot } from '../../core/status/snapshot.ts'
import { optionFill } from './palette.ts'
import type { Ranked } from './ranking.ts'

/** A narrower piece would be invisible. */
const LEAST = 0.002

export function ShareBar({ ranked }: { ranked: readonly Ranked<OptionSnapshot>[] }) {
  const pieces = ranked.filter(({ share }) => share !== null && share >= LEAST)
  return (
    <div class="share-bar" aria-hidden="true">
      {pieces.map(({ option, index, share }) => (
        <div key={option.id} style={{ flexGrow: share!.toFixed(4), ...optionFill(option.color, index) }} />
      ))}
    </div>
  )
}
