/**
 * The layout of a contest's rows on a wall: the largest size at which all fit on one page, in two
 * columns if that helps. Otherwise the smallest size that people can read from ten metres, on as
 * many pages as needed. Callers measure the heights.
 */

/**
 * Type sizes, in hundredths of the shorter side of the screen. The smallest: on a screen 1.25 m
 * high its capitals are 2.5 cm high, at ten metres 8.6 minutes of arc, where normal sight needs 5.
 */
export const SIZES = [8, 6.4, 5.2, 4.4, 3.8, 3.2, 2.8] as const

/** A column narrower than this many times its type size would break most names. */
const LEAST_COLUMN = 26

export interface Layout {
  readonly size: number
  readonly columns: 1 | 2
}

export interface Room {
  readonly width: number
  readonly height: number
  /** One hundredth of the shorter side of the screen, in the unit of the other two numbers. */
  readonly vmin: number
}

/** The heights of rows in a layout, in the room's unit. */
export interface Heights {
  /** Height of a column's heading. */
  readonly head: number
  readonly rows: readonly number[]
}

/** Rows per column, of each page. */
export type Pages = readonly (readonly number[])[]

/**
 * @param measured returns the heights of the rows, best first, in a layout
 * @param together the number of first rows that belong on one page: the seats
 */
export function layoutFor(room: Room, measured: (layout: Layout) => Heights, together: number): Layout {
  const pagesOf = (layout: Layout) => pagesIn(room, layout, measured(layout), together).length
  for (const size of SIZES)
    for (const layout of layoutsOf(size, room)) if (pagesOf(layout) <= 1) return layout
  const [first, ...others] = layoutsOf(SIZES.at(-1)!, room).map((layout) => ({
    layout,
    pages: pagesOf(layout),
  }))
  return others.reduce((best, each) => (each.pages < best.pages ? each : best), first!).layout
}

function layoutsOf(size: number, { width, vmin }: Room): Layout[] {
  const columns = width / 2 >= LEAST_COLUMN * size * vmin ? ([1, 2] as const) : ([1] as const)
  return columns.map((n) => ({ size, columns: n }))
}

/** The fewest pages that show every row, with about the same number of rows on each. */
export function pagesIn(
  { height }: Pick<Room, 'height'>,
  { columns }: Pick<Layout, 'columns'>,
  { head, rows }: Heights,
  together: number,
): Pages {
  const room = height - head
  const fewest = packed(rows, room, columns, rows.length, together)
  for (let limit = Math.ceil(rows.length / Math.max(1, fewest.length)); limit < rows.length; limit++) {
    const even = packed(rows, room, columns, limit, together)
    if (even.length === fewest.length) return even
  }
  return fewest
}

/** At most `limit` rows on a page, but on the first page all rows that belong together. */
function packed(
  rows: readonly number[],
  room: number,
  columns: number,
  limit: number,
  together: number,
): Pages {
  const pages: number[][] = []
  for (let at = 0; at < rows.length; ) {
    const most = pages.length === 0 ? Math.max(limit, together) : limit
    const left = rows.slice(at, at + most)
    const page = columnsOf(left, room, columns)
    pages.push(page)
    at += page.reduce((sum, each) => sum + each, 0)
  }
  return pages
}

/** Puts as many of `rows` as fit into columns, and keeps the columns as even as possible. */
function columnsOf(rows: readonly number[], room: number, columns: number): number[] {
  const filled = fill(rows, room, columns, rows.length)
  const count = filled.reduce((sum, each) => sum + each, 0)
  for (let most = Math.ceil(count / columns); most < filled[0]!; most++) {
    const even = fill(rows.slice(0, count), room, columns, most)
    if (even.reduce((sum, each) => sum + each, 0) === count) return even
  }
  return filled
}

function fill(rows: readonly number[], room: number, columns: number, most: number): number[] {
  const filled: number[] = []
  let at = 0
  for (let column = 0; column < columns && at < rows.length; column++) {
    let used = 0
    let count = 0
    // A row higher than the screen gets its own column: a cut row is better than a missing one.
    while (at < rows.length && count < most && (count === 0 || used + rows[at]! <= room)) {
      used += rows[at++]!
      count++
    }
    filled.push(count)
  }
  return filled
}
