/**
 * The colour of an option: the organiser's, or one of ten defaults. The defaults have a medium
 * brightness, so that they stand out on a light and on a dark page, and suggest no party. Colour
 * never carries a fact alone: every bar has its name, rank and number as text.
 */
export const PALETTE = [
  '#1f9384', // teal
  '#b07d10', // ochre
  '#8566bd', // violet
  '#bf5a7b', // rose
  '#6f7f2a', // olive
  '#3a86a8', // steel
  '#a0693e', // sienna
  '#9c5596', // plum
  '#4f8a5b', // sage
  '#6d7f8c', // slate
] as const

export function optionColor(own: string | null, index: number): string {
  if (isColor(own)) return own
  return PALETTE[index % PALETTE.length]!
}

const isColor = (own: string | null): own is string => own !== null && /^#[0-9a-f]{6}$/i.test(own)

/** Stripes on the colours: from the eleventh option on, so that no two of 130 look alike. */
const ANGLES = [45, 135, 90, 0] as const
const PERIODS_PX = [6, 9, 13] as const

/**
 * The fill of an option's bar: its colour, and stripes if earlier options have used all ten
 * colours.
 */
export function optionFill(
  own: string | null,
  index: number,
): { readonly backgroundColor: string; readonly backgroundImage?: string } {
  const backgroundColor = optionColor(own, index)
  const round = Math.floor(index / PALETTE.length) - 1
  if (isColor(own) || round < 0) return { backgroundColor }
  const angle = ANGLES[round % ANGLES.length]!
  const period = PERIODS_PX[Math.floor(round / ANGLES.length) % PERIODS_PX.length]!
  const stripe = `rgb(255 255 255 / 0.55) 0 2px, transparent 2px ${period}px`
  return { backgroundColor, backgroundImage: `repeating-linear-gradient(${angle}deg, ${stripe})` }
}
