/** The districts that a wall shows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { districtRows } from '../district-rows.ts'
import { recentChanges } from '../recent-changes.ts'
import { notableDistricts } from './notable-districts.ts'

test('the wall lists the busiest districts, the closest and the latest, and none without data', () => {
  const names = ['A', 'B', 'C', 'D']
  const districts = names.map((name) => ({ id: name, name, eligible: 100, cast: 50 }))
  const votes = [[0, 30, 20, 0], [1, 26, 24, 0], [2, 50, 0, 0], [3]]
  const rows = districtRows(districts, { by_district: votes })
  const changes = recentChanges()
  changes.note(0, [50, 50, 50, 50])
  const ids = (of: readonly { readonly id: string }[]) => of.map(({ id }) => id)
  const before = notableDistricts(rows, changes, 2)
  assert.deepEqual([ids(before.growing), ids(before.closest), ids(before.latest)], [[], ['B', 'A'], []])
  changes.note(1_000, [50, 50, 59, 50])
  changes.note(2_000, [51, 50, 59, 50])
  const after = notableDistricts(rows, changes, 2)
  assert.deepEqual(
    [ids(after.growing), ids(after.closest), ids(after.latest)],
    [
      ['C', 'A'],
      ['B', 'A'],
      ['A', 'C'],
    ],
  )
})
