/** The whole as one bar, cut by who got what. The table under it says the same in numbers. */
import type { OptionSnapshot } from '../../core/status/snapshot.ts'
import { optionFill } from './palette.ts'
import type { Ranked } from './ranking.ts'

/** A piece narrower than this could not be seen. */
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
