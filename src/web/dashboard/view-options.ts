/**
 * The view that the address asks for: on a wall (`kiosk`), in another site (`embed`), light or
 * dark.
 */
import type { Theme } from '../shared/theme.ts'

export interface ViewOptions {
  readonly kiosk: boolean
  /** How long the wall shows one slide. */
  readonly rotateMs: number
  /** Id of the contest shown alone; '' means the first contest, null the whole page. */
  readonly embed: string | null
  /** null leaves the choice to the reader. */
  readonly theme: Theme | null
  /** null means the browser's language. */
  readonly language: string | null
}

const ROTATE_MS = 15_000
const SHORTEST_MS = 3_000
const LONGEST_MS = 3_600_000

/** Never fails: unknown or invalid parameters are ignored. */
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

/**
 * Parses `20s`, `20`, `1m` or `500ms`. The result is at least 3 s, so that people can read a slide.
 */
function durationMs(text: string | null): number | null {
  const found = /^(\d{1,6}(?:\.\d+)?)(ms|s|m)?$/.exec(text ?? '')
  if (found === null) return null
  const unit = found[2] === 'ms' ? 1 : found[2] === 'm' ? 60_000 : 1_000
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Number(found[1]) * unit))
}
