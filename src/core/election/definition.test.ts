import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DefinitionFile, electionFrom } from './definition.ts'
import { definitionErrors } from './definition-rules.ts'
import { MAX_CELLS } from './definition-schema.ts'
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

test('a valid definition has no errors, and its defaults are filled in', () => {
  assert.deepEqual(definitionErrors(file()), [])
  const election = electionFrom(file())
  assert.deepEqual(election.districts, [{ id: 'all', name: 'All voters', names: 'All voters' }])
  assert.deepEqual(
    [election.contests[0]!.votes, election.contests[0]!.districts, election.simulated],
    [1, null, false],
  )
})

test('errors that a schema cannot express are reported with their place', () => {
  const options = [
    { id: 'a', name: 'A' },
    { id: 'b', name: 'B' },
  ]
  assert.deepEqual(pointers({ closes_at: '2026-01-01T08:00:00+01:00' }), ['/closes_at'])
  assert.deepEqual(pointers({ opens_at: '2026-02-30T08:00:00Z', closes_at: '2026-03-30T08:00:00Z' }), [
    '/opens_at',
  ])
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

test('a definition of the previous version keeps its meaning, and every new field has a default', () => {
  const election = electionFrom(
    file({
      suppress_below: 3,
      districts: [{ id: 'x', name: 'X' }],
      contests: [
        {
          id: 'c',
          title: 'C',
          votes: 2,
          rotation: true,
          districts: ['x'],
          options: [
            { id: 'a', name: 'A', color: '#0072b2' },
            { id: 'b', name: 'B' },
          ],
        },
      ],
    }),
  )
  assert.deepEqual(election, {
    ...{ id: 'e', title: 'E', titles: 'E', languages: [], organiser: null, contact: null, logo: null },
    ...{ privacy: null, map: null, opensAtMs: 1767250800000, closesAtMs: 1767294000000, results: 'live' },
    ...{ simulated: false, suppressBelow: 3, districts: [{ id: 'x', name: 'X', names: 'X' }] },
    contests: [
      {
        ...{ id: 'c', title: 'C', titles: 'C', description: [], measure: false, votes: 2, min: 1, seats: 2 },
        ...{ shareOf: 'votes', threshold: null, quorum: null, districts: new Set([0]), rotation: true },
        options: [
          { id: 'a', name: 'A', names: 'A', color: '#0072b2', ...PLAIN },
          { id: 'b', name: 'B', names: 'B', color: null, ...PLAIN },
        ],
      },
    ],
  })
})
const PLAIN = { designation: null, statement: [], photo: null, link: null, noneOfThese: false }

test('a rich contest: texts by language, seats, threshold, quorum, none of these', () => {
  const rich = file({
    languages: ['es', 'en'],
    title: { en: 'E', es: 'Ee' },
    contests: [
      {
        id: 'm',
        title: { en: 'Measure', es: 'Medida' },
        measure: true,
        threshold: { at_least: '2/3', of: 'ballots' },
        quorum: { more_than: '1/4' },
        options: [
          { id: 'yes', name: { en: 'Yes', es: 'Sí' } },
          { id: 'no', name: 'No' },
          { id: 'none', name: { en: 'Neither', es: 'Ninguna' }, none_of_these: true },
        ],
      },
      {
        id: 'q',
        title: 'Q',
        quorum: { at_least: 30, counting: 'marked' },
        votes: 2,
        min: 2,
        seats: 1,
        options,
      },
      { id: 'r', title: 'R', measure: true, options },
    ],
  })
  assert.deepEqual(definitionErrors(rich), [])
  const { title, contests } = electionFrom(rich)
  assert.deepEqual([title, contests[0]!.title, contests[0]!.options[0]!.name], ['Ee', 'Medida', 'Sí'])
  assert.deepEqual(contests[0]!.threshold, {
    ...{ is: 'at_least', fraction: { numerator: 2, denominator: 3 }, of: 'ballots' },
  })
  const quarter = { is: 'more_than', fraction: { numerator: 1, denominator: 4 }, of: 'eligible' }
  assert.deepEqual(contests[0]!.quorum, { counting: 'ballots', needs: quarter })
  assert.deepEqual(contests[1]!.quorum, { counting: 'marked', needs: { atLeast: 30 } })
  assert.deepEqual([contests[1]!.min, contests[1]!.seats], [2, 1])
  const half = { is: 'more_than', fraction: { numerator: 1, denominator: 2 }, of: 'votes' }
  assert.deepEqual(contests[2]!.threshold, half)
})

const options = [
  { id: 'a', name: 'A' },
  { id: 'b', name: 'B' },
]
const none = { id: 'n', name: 'None', none_of_these: true }

test('numbers that contradict each other are refused, each with its place', () => {
  const wrong = (contest: object) =>
    pointers({ contests: [{ id: 'c', title: 'C', options, ...contest }] }).map((at) =>
      at.slice('/contests/0'.length),
    )
  assert.deepEqual(wrong({ min: 2 }), ['/min'])
  assert.deepEqual(wrong({ seats: 3 }), ['/seats'])
  assert.deepEqual(wrong({ options: [...options, none], votes: 3 }), ['/votes'])
  assert.deepEqual(wrong({ options: [...options, none, { ...none, id: 'o', name: 'O' }] }), [
    '/options/3/none_of_these',
  ])
  assert.deepEqual(wrong({ options: [none] }), ['/options'])
  assert.deepEqual(wrong({ measure: true, votes: 2, seats: 1 }), ['/votes', '/seats'])
  assert.deepEqual(wrong({ measure: true, options: [options[0]!] }), ['/options'])
  assert.deepEqual(wrong({ measure: true, options: [none, ...options] }), ['/options/0/none_of_these'])
  assert.deepEqual(wrong({ threshold: {} }), ['/threshold'])
  assert.deepEqual(wrong({ threshold: { more_than: '2/2' } }), ['/threshold/more_than'])
  assert.deepEqual(wrong({ threshold: { at_least: '3/2' } }), ['/threshold/at_least'])
  assert.deepEqual(wrong({ threshold: { at_least: '1/1' } }), [])
  assert.deepEqual(wrong({ quorum: { at_least: 5, of: 'ballots' } }), ['/quorum/of'])
  assert.deepEqual(wrong({ quorum: { at_least: '1/2', of: 'votes' } }), ['/quorum/of'])
  assert.deepEqual(wrong({ quorum: { at_least: '1/2', of: 'ballots', counting: 'marked' } }), [])
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
