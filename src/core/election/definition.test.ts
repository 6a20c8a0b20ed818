import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DefinitionFile, definitionErrors, electionFrom, MAX_CELLS } from './definition.ts'
import { phaseAt, resultsVisible } from './phase.ts'

const file = (changes: Partial<DefinitionFile> = {}): DefinitionFile => ({
  id: 'e',
  title: 'E',
  opens_at: '2026-01-01T08:00:00+01:00',
  closes_at: '2026-01-01T20:00:00+01:00',
  results: 'live',
  contests: [
    {
      id: 'c',
      title: 'C',
      options: [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B' },
      ],
    },
  ],
  ...changes,
})
const pointers = (changes: Partial<DefinitionFile>) =>
  definitionErrors(file(changes)).map(({ pointer }) => pointer)

test('a sound definition has no errors, and its defaults are filled in', () => {
  assert.deepEqual(definitionErrors(file()), [])
  const election = electionFrom(file())
  assert.deepEqual(election.districts, [{ id: 'all', name: 'All voters' }])
  assert.deepEqual(
    [election.contests[0]!.votes, election.contests[0]!.districts, election.simulated],
    [1, null, false],
  )
})

test('what a schema cannot say is said with its place', () => {
  const options = [
    { id: 'a', name: 'A' },
    { id: 'b', name: 'B' },
  ]
  assert.deepEqual(pointers({ closes_at: '2026-01-01T08:00:00+01:00' }), ['/closes_at'])
  assert.deepEqual(
    pointers({ opens_at: '2026-02-30T08:00:00Z', closes_at: '2026-03-30T08:00:00Z' }).length <= 1,
    true,
  )
  assert.deepEqual(
    pointers({
      districts: [
        { id: 'x', name: 'X' },
        { id: 'x', name: 'Y' },
      ],
    }),
    ['/districts/1/id'],
  )
  assert.deepEqual(pointers({ contests: [{ id: 'c', title: 'C', votes: 3, options }] }), [
    '/contests/0/votes',
  ])
  assert.deepEqual(pointers({ contests: [{ id: 'c', title: 'C', options, districts: ['nowhere'] }] }), [
    '/contests/0/districts/0',
  ])
  assert.deepEqual(
    pointers({
      contests: [
        {
          id: 'c',
          title: 'C',
          options: [
            { id: 'a', name: 'b' },
            { id: 'b', name: 'B' },
          ],
        },
      ],
    }),
    ['/contests/0/options/1/id'],
  )
  const many = Array.from({ length: 11_000 }, (_, i) => ({ id: `d${i}`, name: `D${i}` }))
  const wide = Array.from({ length: 500 }, (_, i) => ({ id: `o${i}`, name: `O${i}` }))
  assert.ok(many.length * wide.length > MAX_CELLS)
  assert.deepEqual(pointers({ districts: many, contests: [{ id: 'c', title: 'C', options: wide }] }), [
    '/contests',
  ])
})

test('phases turn exactly at the defined milliseconds', () => {
  const { opensAtMs, closesAtMs } = electionFrom(file())
  const at = (ms: number) => phaseAt({ opensAtMs, closesAtMs }, ms)
  assert.deepEqual(
    [at(opensAtMs - 1), at(opensAtMs), at(closesAtMs - 1), at(closesAtMs)],
    ['not-open', 'open', 'open', 'closed'],
  )
  assert.deepEqual(
    (['not-open', 'open', 'closed'] as const).map((phase) =>
      resultsVisible({ results: 'after-close' }, phase),
    ),
    [false, false, true],
  )
})
