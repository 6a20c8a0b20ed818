/** The fill of an area of the map: its colour and its strength. */
import type { OptionSnapshot } from '../../../core/status/snapshot.ts'
import type { DistrictRow } from '../district-rows.ts'
import { optionColor } from '../palette.ts'

export const SHOWN = ['leader', 'margin', 'turnout'] as const
export type Shown = (typeof SHOWN)[number]

/** From this lead on (40 % of the votes) a colour has its full strength. */
export const FULL_MARGIN = 0.4
const WEAKEST = 0.25

/** The colour of the page's lines, for an area without data or without a single leader. */
const BLANK = { fill: 'var(--line)' }

export function fillOf(
  row: DistrictRow | undefined,
  options: readonly OptionSnapshot[] | null,
  shown: Shown,
): { readonly fill: string; readonly fillOpacity?: string } {
  if (row === undefined) return BLANK
  const { leaders, marginShare, turnout, cast } = row
  if (shown === 'turnout')
    return turnout === null || cast === 0 ? BLANK : { fill: 'var(--accent)', fillOpacity: strength(turnout) }
  const [first] = leaders
  if (first === undefined || leaders.length > 1 || marginShare === null || options === null) return BLANK
  const fillOpacity = strength(marginShare / FULL_MARGIN)
  if (shown === 'margin') return { fill: 'var(--accent)', fillOpacity }
  return { fill: optionColor(options[first]!.color, first), fillOpacity }
}

export const strength = (part: number) => (WEAKEST + (1 - WEAKEST) * Math.min(1, part)).toFixed(2)
