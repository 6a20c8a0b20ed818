/** Rows on a wall: each on one page and one alone, in order, none cut where it need not be. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Layout, layoutFor, pagesIn, SIZES } from './row-plan.ts'

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

test('the seats are on the first page wherever so many rows fit on one', () => {
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

/** Rows as high as their type, in both layouts. */
const measured =
  (rows: number) =>
  ({ size }: Layout) => ({ head: size * 10, rows: Array.from({ length: rows }, () => size * 10 * 1.8) })

test('few options are large; many stand in two columns where the screen is wide, then on pages', () => {
  const wide = { width: 1_800, height: 620, vmin: 10.8 }
  const high = { width: 1_000, height: 1_400, vmin: 10.8 }
  assert.deepEqual(layoutFor(wide, measured(2), 1), { size: SIZES[0], columns: 1 })
  assert.deepEqual(layoutFor(wide, measured(20), 1).columns, 2)
  assert.deepEqual(layoutFor(high, measured(20), 1).columns, 1)
  assert.deepEqual(layoutFor(wide, measured(100), 1), { size: SIZES.at(-1), columns: 2 })
})

test('pages are about as full as one another', () => {
  const rows = new Array<number>(40).fill(50)
  assert.deepEqual(pagesIn({ height: 650 }, { columns: 2 }, { head: 0, rows }, 1), [
    [10, 10],
    [10, 10],
  ])
})
