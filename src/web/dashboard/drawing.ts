/**
 * A chart to save: a few shapes on white, which become an SVG file or a canvas. Colours and type
 * are fixed here, because a saved picture has none of the page's styles.
 */
export interface Drawing {
  readonly title: string
  readonly width: number
  readonly height: number
  readonly shapes: readonly Shape[]
}

export type Shape =
  | {
      readonly kind: 'rect'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly fill: string
      readonly edge?: string
    }
  | { readonly kind: 'path'; readonly d: string; readonly fill?: string; readonly stroke?: string }
  | {
      readonly kind: 'text'
      readonly x: number
      readonly y: number
      readonly text: string
      readonly size: number
      readonly weight: 400 | 600
      readonly anchor: 'start' | 'middle' | 'end'
      readonly fill: string
    }

export type TextShape = Extract<Shape, { kind: 'text' }>

/** The width of a text in the drawing's font. */
export type Measure = (text: string, size: number, weight: 400 | 600) => number

export const PAPER = '#ffffff'
export const INK = '#15191c'
export const QUIET = '#525a61'
export const RULE = '#dcdeda'
export const ACCENT = '#1b5e78'
export const ACCENT_SOFT = '#e3eef2'
export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

/** The text, shortened at its end until it fits. */
export function fitted(
  text: string,
  room: number,
  size: number,
  weight: 400 | 600,
  measure: Measure,
): string {
  if (measure(text, size, weight) <= room) return text
  const characters = [...text]
  let low = 0
  let high = characters.length
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (measure(`${characters.slice(0, middle).join('')}…`, size, weight) <= room) low = middle
    else high = middle - 1
  }
  return `${characters.slice(0, low).join('')}…`
}
