import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DefinitionFile, electionFrom } from '../election/definition.ts'
import { publishedOf } from '../log/group-release.ts'
import { releaseWarnings } from './release-warnings.ts'

function warnings(changes: Partial<DefinitionFile>, issued: readonly number[]): string[] {
  return releaseWarnings(
    electionFrom({
      id: 'e',
      title: 'E',
      opens_at: '2026-01-01T08:00:00Z',
      closes_at: '2026-01-01T18:00:00Z',
      results: 'live',
      districts: issued.map((_, d) => ({ id: `d${d}`, name: `D ${d}` })),
      contests: [{ id: 'x', title: 'X', options: ['p', 'q'].map((id) => ({ id, name: id })) }],
      ...changes,
    }),
    issued,
  )
}

test('there is no warning if every district is large or empty, or no ballots are held', () => {
  assert.deepEqual(warnings({}, [30, 0, 400]), [])
  assert.deepEqual(warnings({ results: 'after-close' }, [10, 0, 400]), [])
  assert.deepEqual(warnings({ suppress_below: 1 }, [1, 2, 3]), [])
  assert.deepEqual(warnings({ simulated: true }, [1, 2, 3]), [])
})

test('small districts that are counted together: their number and the first few', () => {
  assert.deepEqual(warnings({}, [3, 50, 4, 9, 1, 2]), [
    '5 districts have fewer than 10 voters (suppress_below), and no count of their own, only in ' +
      'the totals: “d0”, “d2”, “d3” and 2 more',
    'with fewer than 20 voters (twice suppress_below) no ballots are counted while voting is ' +
      'open, and all at once after it: 5 small districts (19 voters)',
  ])
})

test('units that publish no ballots while voting is open, or one group, are listed with their voters', () => {
  assert.deepEqual(warnings({}, [29, 30, 10, 19, 20, 400]), [
    'with fewer than 20 voters (twice suppress_below) no ballots are counted while voting is ' +
      'open, and all at once after it: “d2” (10 voters), “d3” (19 voters)',
    'with fewer than 30 voters (three times suppress_below) at most one group of 10 ballots is ' +
      'counted while voting is open, once 20 have voted, and all others at once after it: “d0” (29 ' +
      'voters), “d4” (20 voters)',
  ])
  assert.match(warnings({}, new Array(25).fill(12))[0]!, /and 5 more$/)
})

test('a unit is listed if the release rule publishes at most one group of it before the end', () => {
  const k = 10
  for (let voters = k; voters < 5 * k; voters++) {
    const lines = warnings({}, [voters, 400])
    const groups = publishedOf(voters, k) / k
    const expected = groups === 0 ? /no ballots are counted/ : groups === 1 ? /at most one group/ : null
    if (expected === null) assert.deepEqual(lines, [], String(voters))
    else assert.match(lines.join('\n'), expected, String(voters))
  }
})

test('small districts with too few voters even together are listed', () => {
  const lines = warnings({}, [3, 50, 4])
  assert.equal(lines.length, 2)
  assert.match(lines[1]!, /only after the close: “d0”, “d2” \(7 voters\)$/)
})

test('an election with too few voters has one warning', () => {
  for (const issued of [[9], [2, 3, 4]])
    assert.deepEqual(warnings({}, issued), [
      'the election has fewer than 10 voters (suppress_below): its ballots are counted only after ' +
        'the close, and can then reveal how these few people voted',
    ])
})

test('a small district alone with its ballot style is listed', () => {
  const option = (id: string) => ({ id, name: id })
  const contests = [
    { id: 'x', title: 'X', options: [option('p'), option('q')] },
    { id: 'y', title: 'Y', districts: ['d1'], options: [option('r'), option('s')] },
  ]
  const lines = warnings({ contests }, [50, 4, 50, 6, 7])
  assert.equal(lines.length, 3)
  assert.match(lines[2]!, /: 2 small districts \(13 voters\)$/)
  assert.match(lines[0]!, /^3 districts/)
  assert.match(lines[1]!, /reveals its district .*: “d1” \(4 voters\)$/)
})
