import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changeFrom, requestAt, stateIn } from './requests.ts'

test('addresses are parsed, and unknown ones are refused', () => {
  assert.deepEqual(requestAt('/'), { method: 'GET', request: { kind: 'hello' } })
  assert.deepEqual(requestAt('/elections/council-2026/add-voters'), {
    method: 'POST',
    request: { kind: 'change', election: 'council-2026', change: 'add-voters' },
  })
  const longest = `a${'_'.repeat(62)}z`
  for (const election of ['city_council-2026', '7', longest])
    assert.equal(requestAt(`/elections/${election}/extend`)?.method, 'POST', election)
  for (const path of [
    ...['/elections/_a/extend', '/elections/a_/extend', `/elections/${longest}z/extend`],
    ...[
      '',
      '//',
      '/look/',
      '/elections/a',
      '/elections//extend',
      '/elections/a/remove',
      '/elections/../extend',
    ],
    ...['/elections/a%2Fb/extend', '/elections/A/extend', `/elections/${'a'.repeat(65)}/extend`, '/?a', '*'],
  ])
    assert.equal(requestAt(path), undefined, path)
})

test('changes are parsed as the commands write them', () => {
  assert.deepEqual(changeFrom('extend', '{"closes_at":"2026-11-23T21:00:00.000Z"}'), {
    change: 'extend',
    closesAtMs: Date.parse('2026-11-23T21:00:00Z'),
  })
  const paths = { roll: '/a/late.csv', keys: '/a/keys.csv', against: ['/a/voters.csv'] }
  assert.deepEqual(changeFrom('add-voters', JSON.stringify(paths)), { change: 'add-voters', ...paths })
  const form = {
    columns: { personal_id: 'Voter ID' },
    encoding: 'windows-1252',
    sheet: 'Voters',
    lookAlikes: 'allowed',
  }
  const formed = { ...paths, form }
  assert.deepEqual(changeFrom('add-voters', JSON.stringify(formed)), { change: 'add-voters', ...formed })
})

test('malformed changes are refused', () => {
  const paths = { roll: '/a/late.csv', keys: '/a/keys.csv', against: [] as unknown[] }
  const wrong = [
    ...[
      { ...paths, roll: 'late.csv' },
      { ...paths, keys: '../keys.csv' },
      { ...paths, keys: '/a/../keys.csv' },
    ],
    ...[
      { ...paths, against: '/a' },
      { ...paths, against: [1] },
      { ...paths, against: Array(101).fill('/a') },
    ],
    ...[
      { ...paths, roll: `/${'a'.repeat(5000)}` },
      { ...paths, roll: '/a\0b' },
      { ...paths, force: true },
    ],
    ...[
      { ...paths, form: [] },
      { ...paths, form: { columns: { guid: 'x' } } },
      { ...paths, form: { columns: { personal_id: 7 } } },
      { ...paths, form: { columns: { personal_id: 'x'.repeat(201) } } },
      { ...paths, form: { encoding: 'utf-7' } },
      { ...paths, form: { lookAlikes: true } },
      { ...paths, form: { sheet: 'x', more: 1 } },
    ],
    ...[{ roll: '/a' }, [], null, 7, 'text'],
  ]
  for (const value of wrong)
    assert.equal(
      changeFrom('add-voters', JSON.stringify(value)),
      undefined,
      JSON.stringify(value).slice(0, 80),
    )
  for (const closesAt of ['2026-13-45T00:00:00Z', '2026-11-23', 'tomorrow', '', 1_800_000_000_000, null])
    assert.equal(changeFrom('extend', JSON.stringify({ closes_at: closesAt })), undefined, String(closesAt))
  assert.equal(changeFrom('extend', '{"closes_at":"2026-11-23T21:00:00Z","at":1}'), undefined)
  assert.equal(changeFrom('extend', '{"closes_at":"2026-11-23T21:00:00Z"'), undefined)
})

test('property: any text is a change or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.constantFrom('extend', 'add-voters'), (text, change) => {
      changeFrom(change, text)
      requestAt(text)
      stateIn(text)
    }),
  )
})

test('states are read from If-Match, and other forms are refused', () => {
  const hash = 'ab'.repeat(32)
  assert.equal(stateIn(`"${hash}"`), hash)
  for (const header of [undefined, hash, '*', `W/"${hash}"`, `"${hash}0"`])
    assert.equal(stateIn(header), undefined, header)
})
