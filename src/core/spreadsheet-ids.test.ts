/** Which ids a spreadsheet changes, and the warnings about them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedIds, changeOf } from './spreadsheet-ids.ts'

test('ids that a spreadsheet changes are recognised by kind', () => {
  const kinds = {
    'leading zero': ['007', '00', '0123456789012345678'],
    'long number': ['1234567890123456', '9'.repeat(20)],
    exponent: ['1E5', '12e3', '1.5E10'],
    date: ['3-4', '1/2', '2026-11-29', '1.2.', 'MAR1', 'Mar 1', '1-Mar', 'SEPT2'],
    formula: ['=1', '+49123', '-5', '@x'],
  }
  for (const [kind, ids] of Object.entries(kinds)) for (const id of ids) assert.equal(changeOf(id), kind, id)
})

test('other ids are not reported', () => {
  for (const id of [
    '7',
    '0',
    '123456789012345',
    'V1',
    'P0000001',
    'A-17',
    'Müller',
    '12-345678',
    'E5',
    'Marlene',
  ])
    assert.equal(changeOf(id), undefined, id)
})

test('each kind has a sentence with the number of ids and the remedy', () => {
  const ids = changedIds()
  for (const id of ['007', '008', 'V1', '1E5']) ids.look(id)
  assert.deepEqual(ids.inWords(), [
    '2 ids begin with a zero: a spreadsheet changes them when the file is opened: import the column as text',
    '1 id reads like a number with an exponent: a spreadsheet changes it when the file is ' +
      'opened: import the column as text',
  ])
  assert.deepEqual(changedIds().inWords(), [])
})
