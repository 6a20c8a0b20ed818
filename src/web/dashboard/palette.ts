/**
 * The colour of an option: the organiser's, or one of ten of middling brightness that stand out on a light and on a
 * dark page and lead with nobody's party. Colour is never alone: every bar has its name, rank and number in words.
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
  if (own !== null && /^#[0-9a-f]{6}$/i.test(own)) return own
  return PALETTE[index % PALETTE.length]!
}
