import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DefinitionFile } from './definition.ts'
import { definitionChanges } from './definition-changes.ts'

const file: DefinitionFile = {
  ...{ id: 'e', title: { en: 'E', es: 'Ee' }, opens_at: 'x', closes_at: 'y', results: 'live' },
  contests: [
    {
      id: 'chair',
      title: 'Chair',
      options: [
        { id: 'ann', name: 'Ann' },
        { id: 'bob', name: 'Bob' },
      ],
    },
  ],
}

test('each change is a line with its path, in which list members are named by id', () => {
  const after = structuredClone(file) as { -readonly [K in keyof DefinitionFile]: DefinitionFile[K] }
  after.title = { en: 'E', es: 'Elección' }
  after.suppress_below = 3
  const options = [
    { id: 'bob', name: 'Robert' },
    { id: 'eve', name: 'Eve' },
  ]
  after.contests = [{ id: 'chair', title: 'Chair', options }]
  assert.deepEqual(definitionChanges(file, after), [
    'title.es: "Ee" becomes "Elección"',
    'contests.chair.options.bob.name: "Bob" becomes "Robert"',
    'contests.chair.options.eve.id: "eve" is new',
    'contests.chair.options.eve.name: "Eve" is new',
    'suppress_below: 3 is new',
    'contests.chair.options.ann.id: "ann" is removed',
    'contests.chair.options.ann.name: "Ann" is removed',
  ])
})

test('another order is a change, and an equal definition has no changes', () => {
  const contests = [{ ...file.contests[0]!, options: file.contests[0]!.options.toReversed() }]
  assert.deepEqual(definitionChanges(file, { ...file, contests }), [
    'contests.chair.options: the order becomes bob, ann',
  ])
  assert.deepEqual(definitionChanges(file, structuredClone(file)), [])
})
