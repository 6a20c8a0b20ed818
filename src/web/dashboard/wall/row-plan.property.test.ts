/** Rows on a wall: each is on exactly one page, in order, and none is cut if it fits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Layout, layoutFor, pagesIn, type Room, SIZES } from './row-plan.ts'
import { slideAt, slideCount } from './slides.ts'

const anyRows = fc.array(fc.integer({ min: 20, max: 90 }), { minLength: 1, maxLength: 80 })
const anyColumns = fc.constantFrom(1 as const, 2 as const)

test('every row is on one page, and no column is higher than the room', () => {
  fc.assert(
    fc.property(
      anyRows,
      anyColumns,
      fc.integer({ min: 120, max: 900 }),
      fc.integer({ min: 1, max: 15 }),
      (rows, columns, height, together) => {
        const pages = pagesIn({ height }, { columns }, { head: 30, rows }, together)
        assert.equal(
          pages.flat().reduce((sum, each) => sum + each, 0),
          rows.length,
        )
        let at = 0
        for (const page of pages) {
          assert.ok(page.length >= 1 && page.length <= columns)
          for (const count of page) {
            assert.ok(count > 0)
            const used = rows.slice(at, at + count).reduce((sum, each) => sum + each, 0)
            assert.ok(used <= height - 30 || count === 1, `${used} in ${height - 30}`)
            at += count
          }
        }
      },
    ),
  )
})

test('the rows with seats are on the first page if that many rows fit on one page', () => {
  fc.assert(
    fc.property(anyRows, anyColumns, fc.integer({ min: 1, max: 15 }), (rows, columns, together) => {
      const height = 400
      const pages = pagesIn({ height }, { columns }, { head: 0, rows }, together)
      const alone = pagesIn({ height }, { columns }, { head: 0, rows: rows.slice(0, together) }, together)
      if (alone.length > 1) return
      const first = pages[0]!.reduce((sum, each) => sum + each, 0)
      assert.ok(first >= Math.min(together, rows.length), `${first} of ${together}`)
    }),
  )
})

/** Rows as high as their type, in one and in two columns. */
const measured =
  (rows: number) =>
  ({ size }: Layout) => ({ head: size * 10, rows: Array.from({ length: rows }, () => size * 10 * 1.8) })

test('few options have large type; many have two columns on a wide screen, then several pages', () => {
  const wide = { width: 1_800, height: 620, vmin: 10.8 }
  const high = { width: 1_000, height: 1_400, vmin: 10.8 }
  assert.deepEqual(layoutFor(wide, measured(2), 1), { size: SIZES[0], columns: 1 })
  assert.deepEqual(layoutFor(wide, measured(20), 1).columns, 2)
  assert.deepEqual(layoutFor(high, measured(20), 1).columns, 1)
  assert.deepEqual(layoutFor(wide, measured(100), 1), { size: SIZES.at(-1), columns: 2 })
})

test('all pages have about the same number of rows', () => {
  const rows = new Array<number>(40).fill(50)
  assert.deepEqual(pagesIn({ height: 650 }, { columns: 2 }, { head: 0, rows }, 1), [
    [10, 10],
    [10, 10],
  ])
})

const SCREENS = [
  [1280, 720],
  [1920, 1080],
  [3840, 2160],
  [1080, 1920],
] as const

/**
 * The room for rows on a screen. The heading, the figures, the sentence and the last lines take the
 * rest, and most in the crowded case.
 */
function roomOn([width, height]: readonly [number, number], crowded: boolean): Room {
  const vmin = Math.min(width, height) / 100
  return { width: width - 8 * vmin, height: height * 0.8 - (crowded ? 34 : 22) * vmin, vmin }
}

/** Heights as on the page (wall.css): a name breaks into lines in a narrow column. */
const rowsOf =
  (options: number, letters: number, { width, vmin }: Room) =>
  ({ size, columns }: Layout) => {
    const type = size * vmin
    const lines = Math.ceil((letters * type * 0.55) / (width / columns - 16 * type))
    return { head: 4 * vmin, rows: Array.from({ length: options }, () => type * (1.2 * lines + 0.82)) }
  }

/** How often each option of each contest was shown in one round. */
function roundOf(contests: number, options: number, letters: number, seats: number, room: Room) {
  const ids = Array.from({ length: contests }, (_, c) => `c${c}`)
  const measured = rowsOf(options, letters, room)
  const shown = new Map(ids.map((id) => [id, new Array<number>(options).fill(0)]))
  for (let turn = 0; turn < slideCount(ids, 400, true); turn++) {
    const slide = slideAt(turn, ids, 400, true)
    if (slide.kind !== 'contest') continue
    const layout = layoutFor(room, measured, seats)
    const { head, rows } = measured(layout)
    const pages = pagesIn(room, layout, { head, rows }, seats)
    assert.ok(layout.size >= 2.8)
    let at = 0
    for (const [page, columns] of pages.entries()) {
      assert.ok(columns.length <= layout.columns)
      for (const count of columns) {
        const used = head + rows.slice(at, at + count).reduce((sum, each) => sum + each, 0)
        assert.ok(used <= room.height, `page ${page}: ${used} in ${room.height}`)
        for (let row = at; row < at + count; row++) shown.get(slide.id)![row]!++
        at += count
      }
      if (page === 0) assert.ok(at >= Math.min(seats, options), 'the seats are together')
    }
  }
  return shown
}

test('each of 1 to 10 contests of 2 to 40 options is shown in full once a round, on every screen', () => {
  for (const screen of SCREENS)
    for (const crowded of [false, true])
      for (const options of [2, 4, 12, 40])
        for (const letters of [12, 110])
          for (let contests = 1; contests <= 10; contests++) {
            const what = JSON.stringify({ screen, crowded, options, letters, contests })
            const seats = options > 4 ? 3 : 1
            const shown = roundOf(contests, options, letters, seats, roomOn(screen, crowded))
            assert.equal(shown.size, contests)
            for (const times of shown.values()) assert.deepEqual(new Set(times), new Set([1]), what)
          }
})
