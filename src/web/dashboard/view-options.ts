/**
 * How the page is to be shown, as its address asks: on a wall (`kiosk`), in another site (`embed`),
 * light or dark. Pure.
 */
import type { Theme } from '../shared/theme.ts'

export interface ViewOptions {
  readonly kiosk: boolean
  /** How long the wall shows one thing. */
  readonly rotateMs: number
  /** The contest shown alone; '' is the first one; null is the whole page. */
  readonly embed: string | null
  /** null leaves it to the reader. */
  readonly theme: Theme | null
  /** null is the browser's. */
  readonly language: string | null
}

const ROTATE_MS = 15_000
const SHORTEST_MS = 3_000
const LONGEST_MS = 3_600_000

/**
 * Whatever stands in the address gives a page: what is not understood is as if it were not there.
 */
export function viewOptions(search: string): ViewOptions {
  const asked = new URLSearchParams(search)
  const theme = asked.get('theme')
  return {
    kiosk: /^(1|true|yes)$/.test(asked.get('kiosk') ?? ''),
    rotateMs: durationMs(asked.get('rotate')) ?? ROTATE_MS,
    embed: asked.get('embed'),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    language: asked.get('lang'),
  }
}

/** `20s`, `20`, `1m`, `500ms`, never faster than can be read. */
function durationMs(text: string | null): number | null {
  const found = /^(\d{1,6}(?:\.\d+)?)(ms|s|m)?$/.exec(text ?? '')
  if (found === null) return null
  const unit = found[2] === 'ms' ? 1 : found[2] === 'm' ? 60_000 : 1_000
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Number(found[1]) * unit))
}
