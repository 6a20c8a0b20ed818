import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ballotRules, formatChoices, parseChoices } from './choices.ts'
import { electionFrom } from './definition.ts'

const election = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2026-01-01T00:00:00Z',
  closes_at: '2026-01-02T00:00:00Z',
  results: 'live',
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
    { id: 'west', name: 'West' },
  ],
  contests: [
    { id: 'one', title: 'One', options: ['a', 'b', 'c'].map((id) => ({ id, name: `Name ${id}` })) },
    {
      id: 'two',
      title: 'Two',
      votes: 2,
      options: ['d', 'e', 'f'].map((id) => ({ id, name: `Name ${id}` })),
      districts: ['north', 'west'],
    },
    {
      id: 'three',
      title: 'Three',
      options: ['g', 'h'].map((id) => ({ id, name: `Name ${id}` })),
      districts: ['west', 'south'],
    },
  ],
})
const rules = ballotRules(election)
const words = ['a', 'Name b', 'd', 'e', 'Name f', 'g', 'x', '__proto__', 'constructor']
const selections = fc.dictionary(
  fc.constantFrom('one', 'two', 'three', 'four', '__proto__'),
  fc.array(fc.constantFrom(...words), { maxLength: 4 }),
)

test('marked choices are canonical, within the votes allowed, and are read back unchanged', () => {
  fc.assert(
    fc.property(selections, (chosen) => {
      const marked = rules.mark(chosen)
      if (typeof marked === 'string') {
        assert.ok(['unknown-contest', 'unknown-candidate', 'overvote'].includes(marked))
        return
      }
      const read = parseChoices(marked.choices, election)
      assert.equal(formatChoices(read), marked.choices)
      for (const [i, contest] of election.contests.entries())
        assert.equal(read[i]!.length, chosen[contest.id]?.length ?? 0)
    }),
  )
})

test('the order in which options and contests are selected does not matter', () => {
  const one = rules.mark({ one: ['a'], two: ['e', 'd'] })
  const other = rules.mark({ two: ['Name d', 'Name e'], one: ['Name a'] })
  assert.deepEqual(one, other)
})

test('a ballot fits exactly the districts that vote in every contest it marks', () => {
  const fits = (chosen: Record<string, string[]>) => {
    const marked = rules.mark(chosen)
    assert.ok(typeof marked !== 'string')
    return marked.districts === null ? null : [...marked.districts].sort()
  }
  assert.equal(fits({ one: ['a'] }), null)
  assert.deepEqual(fits({ two: ['d'] }), [0, 2])
  assert.deepEqual(fits({ three: ['g'], two: ['d'] }), [2])
})

test('text that is not canonical, or belongs to another election, is refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.throws(() => parseChoices(text, election), TypeError)
    }),
  )
  for (const text of [
    '[[0],[],[]] ',
    '[[0,1],[],[]]',
    '[[3],[],[]]',
    '[[0],[1,0],[]]',
    '[[0],[1,1],[]]',
    '[[0],[]]',
    '[[-0],[],[]]',
    '[[0.5],[],[]]',
  ])
    assert.throws(() => parseChoices(text, election), TypeError, text)
})

test('the short form accepts an id or a name, only in an election with one contest', () => {
  const short = ballotRules({ ...election, contests: election.contests.slice(0, 1) })
  assert.deepEqual(short.markOne('b'), short.markOne('Name b'))
  assert.equal(short.markOne('nobody'), 'unknown-candidate')
  assert.equal(short.markOne('__proto__'), 'unknown-candidate')
  assert.equal(rules.markOne('a'), 'several-contests')
})

test('an option is marked by its name in any language and any normalisation', () => {
  const named = ballotRules(
    electionFrom({
      ...{ id: 'e', title: 'E', opens_at: '2026-01-01T00:00:00Z', closes_at: '2026-01-02T00:00:00Z' },
      results: 'live',
      languages: ['en', 'de'],
      contests: [
        {
          id: 'c',
          title: 'C',
          options: [
            { id: 'a', name: 'Jürgen Müller' },
            { id: 'b', name: { en: 'Neither of them', de: 'Keiner von beiden' } },
            { id: 'x', name: 'Ann Lee' },
            { id: 'y', name: 'ann lee' },
            { id: 'z', name: 'ANN LEE' },
          ],
        },
      ],
    }),
  )
  const choices = (word: string) => {
    const marked = named.markOne(word)
    assert.deepEqual(named.mark({ c: [word] }), marked)
    return typeof marked === 'string' ? marked : marked.choices
  }
  const name = 'Jürgen Müller'
  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const)
    assert.equal(choices(name.normalize(form)), '[[0]]')
  for (const word of ['JÜRGEN MÜLLER', ' jürgen\u00a0müller ', 'a', 'A']) assert.equal(choices(word), '[[0]]')
  for (const word of ['Neither of them', 'Keiner von beiden', 'keiner VON beiden'])
    assert.equal(choices(word), '[[1]]')
  // In an older version, names that look the same were allowed: then only the exact name works.
  assert.deepEqual(['Ann Lee', 'ann lee', 'ANN LEE'].map(choices), ['[[2]]', '[[3]]', '[[4]]'])
  assert.equal(choices('Ann lee'), 'unknown-candidate')
  assert.equal(choices('Jurgen Muller'), 'unknown-candidate')
})

test('too few votes, or "none of these" with another option, are refused, also in a stored ballot', () => {
  const strict = electionFrom({
    ...{ id: 'e', title: 'E', opens_at: '2026-01-01T00:00:00Z', closes_at: '2026-01-02T00:00:00Z' },
    results: 'live',
    contests: [
      {
        ...{ id: 'c', title: 'C', votes: 3, min: 2 },
        options: [
          ...['a', 'b', 'd'].map((id) => ({ id, name: `Name ${id}` })),
          { id: 'none', name: 'None of these', none_of_these: true },
        ],
      },
    ],
  })
  const { mark, markOne } = ballotRules(strict)
  const marked = (words: string[]) => {
    const marked = mark({ c: words })
    return typeof marked === 'string' ? marked : marked.choices
  }
  assert.equal(marked([]), '[[]]')
  assert.equal(marked(['a']), 'undervote')
  assert.equal(markOne('a'), 'undervote')
  assert.equal(marked(['a', 'd']), '[[0,2]]')
  assert.equal(marked(['none']), '[[3]]')
  assert.deepEqual(markOne('none'), mark({ c: ['none'] }))
  assert.equal(marked(['a', 'none']), 'overvote')
  for (const text of ['[[]]', '[[0,2]]', '[[0,1,2]]', '[[3]]']) parseChoices(text, strict)
  for (const text of ['[[0]]', '[[0,3]]', '[[0,1,3]]', '[[0,1,2,3]]'])
    assert.throws(() => parseChoices(text, strict), TypeError, text)
})
