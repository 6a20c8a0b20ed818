/**
 * The sentences about a contest: the winners, the present standing, a decision by lot, and the text
 * of the live region.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { formatsFor } from '../shared/format.ts'
import { announcementOf } from './announcement.ts'
import { type CountStatement, outcomeIn, outcomeSaid } from './outcome-statement.ts'
import { en } from './strings/en.ts'

const f = formatsFor('en', 'en', 'UTC')
const plain = (text: string) => text.replaceAll(/[\u2068\u2069]/g, '')
const CLOSED: CountStatement = { phase: 'closed', held: 0, log: null }
const OPEN: CountStatement = { phase: 'open', held: 0, log: null }

function contestOf(votes: readonly number[], changes: Partial<ContestSnapshot> = {}): ContestSnapshot {
  const ballots = votes.reduce((sum, each) => sum + each, 0)
  return {
    ...{ id: 'c', title: 'C', votes_allowed: 1, seats: 1, measure: false, share_of: 'votes' },
    ...{ threshold: null, quorum: null, eligible: ballots, ballots, blank: 0, undervotes: 0 },
    options: votes.map((each, i) => ({ id: 'abcdefgh'[i]!, name: 'ABCDEFGH'[i]!, color: null, votes: each })),
    by_district: [],
    ...changes,
  }
}
function statementOf(contest: ContestSnapshot, count: CountStatement): string {
  const { result, change } = outcomeSaid(contest, outcomeIn(contest, count), en, f)
  return plain([...result, ...(change === null ? [] : [change])].join(' '))
}

test('while voting is open an option leads, and the sentence says whether that can still change', () => {
  assert.equal(
    statementOf(contestOf([1500, 300], { eligible: 2000 }), OPEN),
    'Among the votes counted so far, A leads B by 1,200 votes (66.7 points). Can no longer ' +
      'change: 200 ballots outstanding.',
  )
  assert.equal(
    statementOf(contestOf([2, 3], { eligible: 6 }), OPEN),
    'Among the votes counted so far, B leads A by 1 vote (20.0 points). Can still change: 1 ' +
      'ballot outstanding.',
  )
  assert.equal(
    statementOf(contestOf([9, 5, 3], { seats: 2, votes_allowed: 2, eligible: 30 }), OPEN),
    'Among the votes counted so far, B leads C by 2 votes (11.8 points) for the last of 2 seats. ' +
      'Can still change: 13 ballots outstanding.',
  )
  assert.match(statementOf(contestOf([0, 0], { eligible: 9 }), OPEN), /^No votes counted yet\.$/)
})

test('after the close an option is elected, or tied until a lot has decided', () => {
  assert.equal(
    statementOf(contestOf([1500, 300]), CLOSED),
    'A is elected. 1,200 votes (66.7 points) ahead of B.',
  )
  assert.equal(
    statementOf(contestOf([9, 5, 3], { seats: 2 }), CLOSED),
    'A and B are elected. For the last of 2 seats, B was 2 votes (11.8 points) ahead of C.',
  )
  assert.equal(statementOf(contestOf([2, 2]), CLOSED), 'Tied for first: A and B. The tie is not decided.')
  assert.equal(
    statementOf(contestOf([9, 2, 2, 2], { seats: 3 }), CLOSED),
    'A is elected. Tied for the last 2 of 3 seats: B, C, and D. The tie is not decided.',
  )
  const log = { lots: { c: ['b'] } } as unknown as CountStatement['log']
  assert.equal(statementOf(contestOf([2, 2]), { ...CLOSED, log }), 'B is elected by lot after a tie.')
  assert.match(
    statementOf(contestOf([2, 2], { eligible: 9 }), { ...OPEN, log }),
    /^Tied for first: A and B\. Can still/,
  )
  assert.equal(statementOf(contestOf([0, 0]), CLOSED), 'No votes.')
})

test('after the close, while ballots are held, no option is called elected', () => {
  assert.equal(
    statementOf(contestOf([15, 3], { eligible: 40 }), { ...CLOSED, held: 11 }),
    'Among the votes counted so far, A leads B by 12 votes (66.7 points). Can no longer change: ' +
      '11 ballots outstanding.',
  )
  assert.match(statementOf(contestOf([15, 3], { eligible: 40 }), { ...CLOSED, held: 12 }), /Can still change/)
})

test('sentences about thresholds and quorums say how many votes or ballots are needed', () => {
  const threshold = { is: 'at_least', fraction: { numerator: 2, denominator: 3 }, of: 'votes' } as const
  const measure = { measure: true, threshold } as const
  assert.equal(
    statementOf(contestOf([2, 1], measure), CLOSED),
    'Passed. A: 2 votes; needed: 2 (at least two thirds of the votes given).',
  )
  assert.match(statementOf(contestOf([199, 101], measure), CLOSED), /^Rejected\. A: 199 votes; needed: 200/)
  assert.match(
    statementOf(contestOf([199, 101], { ...measure, eligible: 999 }), OPEN),
    /^By the votes counted so far/,
  )
  const quorum = { counting: 'ballots', needs: { ...threshold, of: 'eligible' } } as const
  assert.equal(
    statementOf(contestOf([9, 1], { quorum, eligible: 30 }), CLOSED),
    'Quorum not reached: 10 ballots, 20 needed (at least two thirds of those eligible).',
  )
  assert.match(
    statementOf(contestOf([9, 1], { quorum, eligible: 30 }), OPEN),
    /^Quorum not reached yet: 10 ballots/,
  )
})

test('the announcement says how many voted and how it stands, or only turnout', () => {
  const contest = contestOf([3, 1], { eligible: 8 })
  const snapshot = { ...OPEN, eligible: 8, cast: 4, contests: [contest] } as unknown as ResultsSnapshot
  assert.equal(
    plain(announcementOf(snapshot, en, f)),
    '4 ballots cast, turnout 50.0%. Among the votes counted so far, A leads B by 2 votes (50.0 points).',
  )
  assert.equal(announcementOf({ ...snapshot, contests: null }, en, f), '4 ballots cast, turnout 50.0%.')
})
