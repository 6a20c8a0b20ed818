/** District rows: who is ahead, search without accents, and sorts that lose no row. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { districtRows, nameOrder, nextSort, type SortKey, searchable, sortRows } from './district-rows.ts'

const district = (name: string, eligible: number, cast: number) => ({ id: name, name, eligible, cast })
const districts = [district('Zürich 10', 100, 40), district('Aarau', 0, 0), district('Zürich 9', 50, 50)]
const contest = {
  by_district: [
    [0, 20, 15, 5],
    [2, 25, 25, 0],
  ],
}

test('a row has its turnout and its leader; a tie has several leaders, no votes have no leader', () => {
  const rows = districtRows(districts, contest)
  assert.deepEqual(
    rows.map(({ turnout, leaders, leadShare }) => [turnout, leaders, leadShare]),
    [
      [0.4, [0], 20 / 35],
      [null, [], null],
      [1, [0, 1], 0.5],
    ],
  )
})

test('while results are hidden, no row has a leader', () => {
  for (const { leaders } of districtRows(districts, null)) assert.deepEqual(leaders, [])
})

test('names sort as people sort them, and are found without accents or case', () => {
  const alphabet = nameOrder(
    districts.map(({ name }) => name),
    'en',
  )
  const sorted = sortRows(districtRows(districts, contest), { key: 'name', descending: false }, alphabet)
  assert.deepEqual(
    sorted.map(({ name }) => name),
    ['Aarau', 'Zürich 9', 'Zürich 10'],
  )
  assert.ok(searchable('ZÜRICH').includes(searchable('zuri')))
})

test('a heading sorts numbers from the top and names from A; a second click reverses the order', () => {
  assert.deepEqual(nextSort(null, 'cast'), { key: 'cast', descending: true })
  assert.deepEqual(nextSort({ key: 'cast', descending: true }, 'cast'), { key: 'cast', descending: false })
  assert.deepEqual(nextSort({ key: 'cast', descending: true }, 'name'), { key: 'name', descending: false })
})

test('any sort keeps every row, puts rows without a value last, and equals in definition order', () => {
  const anyDistricts = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { maxLength: 30 })
  const keys = fc.constantFrom<SortKey>('name', 'eligible', 'cast', 'turnout', 'leader')
  fc.assert(
    fc.property(anyDistricts, keys, fc.boolean(), (sizes, key, descending) => {
      const all = sizes.map(([eligible, cast], i) =>
        district(`d${i % 4}`, eligible, Math.min(cast, eligible)),
      )
      const rows = districtRows(all, { by_district: all.map(({ cast }, i) => [i, cast, 1, 0]) })
      const alphabet = nameOrder(
        all.map(({ name }) => name),
        'en',
      )
      const sorted = sortRows(rows, { key, descending }, alphabet)
      assert.deepEqual(new Set(sorted), new Set(rows))
      assert.equal(sorted.length, rows.length)
      if (key !== 'turnout') return
      for (let i = 1; i < sorted.length; i++) {
        const [a, b] = [sorted[i - 1]!, sorted[i]!]
        if (a.turnout === null) assert.equal(b.turnout, null)
        if (a.turnout === b.turnout) assert.ok(a.index < b.index)
      }
    }),
  )
})
