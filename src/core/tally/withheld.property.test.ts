/** Nothing withheld can be worked out from what is shown, the totals and the turnout included. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CountedRow, isAlike, withheldRows } from './withheld.ts'

/** A contest of one vote each: rows of votes per option, the last of them blank ballots. */
const contest = fc
  .record({ options: fc.integer({ min: 2, max: 4 }), below: fc.integer({ min: 2, max: 12 }) })
  .chain(({ options, below }) =>
    fc.record({
      below: fc.constant(below),
      rows: fc.array(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 40 })), {
          minLength: options + 1,
          maxLength: options + 1,
        }),
        { minLength: 1, maxLength: 12 },
      ),
    }),
  )

const rowOf = (cells: readonly number[]): CountedRow => ({
  ballots: cells.reduce((a, b) => a + b, 0),
  blank: cells.at(-1)!,
  votes: cells.slice(0, -1),
})
const addUp = (rows: readonly (readonly number[])[]) =>
  rows[0]!.map((_, j) => rows.reduce((sum, cells) => sum + cells[j]!, 0))

test('no withheld count follows from totals, turnout and the rows shown, whatever way they are subtracted', () => {
  fc.assert(
    fc.property(contest, ({ below, rows: cells }) => {
      const rows = cells.map(rowOf)
      const withheld = withheldRows(rows, below)
      for (const [i, row] of rows.entries()) {
        if (row.ballots === 0) assert.ok(!withheld.has(i), 'nothing to hide')
        else if (row.ballots < below || isAlike(row)) assert.ok(withheld.has(i), `row ${i} is shown`)
      }
      if (withheld.size === 0) return
      // All an observer can add up is the rest: totals less what is shown.
      const rest = addUp([...withheld].map((i) => cells[i]!))
      const ballots = rest.reduce((a, b) => a + b, 0)
      const everything = rows.every((row, i) => withheld.has(i) || row.ballots === 0)
      if (!everything) {
        assert.ok(withheld.size > 1, 'one row is the difference')
        assert.ok(ballots >= below, `together only ${ballots} ballots`)
        assert.ok(!rest.includes(ballots), 'together all alike')
      }
      // With nothing left to add, the totals themselves are small or alike: they are the result.
      if (withheld.size < 2 || rest.includes(ballots)) return
      for (const i of withheld)
        for (const [j, count] of cells[i]!.entries()) {
          const least = Math.max(0, rows[i]!.ballots - (ballots - rest[j]!))
          const most = Math.min(rows[i]!.ballots, rest[j]!)
          assert.ok(least <= count && count <= most)
          // An option without a vote in the rest has none anywhere in it; every other count stays open.
          if (rest[j]! > 0) assert.ok(least < most, `row ${i}, option ${j} can only be ${count}`)
        }
    }),
    { numRuns: 2_000 },
  )
})

test('a row known to be all alike could be so in two ways', () => {
  fc.assert(
    fc.property(contest, fc.integer({ min: 1, max: 60 }), ({ below, rows: cells }, size) => {
      const all = [...cells, cells[0]!.map((_, j) => (j === 0 ? size : 0))]
      const withheld = withheldRows(all.map(rowOf), below)
      if (all.every((row, i) => withheld.has(i) || rowOf(row).ballots === 0)) return
      const rest = addUp([...withheld].map((i) => all[i]!))
      assert.ok(rest.filter((count) => count >= size).length > 1)
    }),
  )
})

test('a threshold of 1 withholds nothing; the order of the rows does not matter to which sizes are withheld', () => {
  fc.assert(
    fc.property(contest, ({ below, rows: cells }) => {
      const rows = cells.map(rowOf)
      assert.equal(withheldRows(rows, 1).size, 0)
      const sizes = (all: readonly CountedRow[]) =>
        [...withheldRows(all, below)].map((i) => all[i]!.ballots).sort((a, b) => a - b)
      assert.equal(sizes(rows.toReversed()).length > 0, sizes(rows).length > 0)
    }),
  )
})

test('one small district takes the smallest other with it', () => {
  const row = (ada: number, grace: number) => rowOf([ada, grace, 0])
  assert.deepEqual([...withheldRows([row(30, 20), row(1, 2), row(9, 6), row(50, 60)], 10)], [1, 2])
  assert.deepEqual([...withheldRows([row(30, 20), row(3, 4), row(2, 1), row(50, 60)], 10)], [1, 2])
  assert.deepEqual([...withheldRows([row(30, 20), row(50, 60)], 10)], [])
  // Together still fewer than ten: another one goes.
  assert.deepEqual([...withheldRows([row(30, 20), row(1, 2), row(2, 1), row(50, 60)], 10)], [1, 2, 0])
})
