/** The margin in words, and what the live region says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { formatsFor } from '../shared/format.ts'
import { announcementOf } from './announcement.ts'
import { marginSentence } from './margin-sentence.ts'
import { marginOf, rankOptions } from './ranking.ts'
import { en } from './strings/en.ts'

const f = formatsFor('en', 'en', 'UTC')
const option = (name: string, votes: number) => ({ id: name, name, color: null, votes })
const plain = (text: string) => text.replaceAll(/[\u2068\u2069]/g, '')

function sentence(places: number, ...votes: number[]): string {
  const margin = marginOf(rankOptions(votes.map((n, i) => option('ABCDEFGH'[i]!, n))), places)
  assert.ok(margin.kind !== 'none')
  return plain(marginSentence(margin, places, en, f))
}

test('a lead, with its plural', () => {
  assert.equal(sentence(1, 1500, 300), 'A is ahead of B by 1,200 votes (66.7 points).')
  assert.equal(sentence(1, 2, 3), 'B is ahead of A by 1 vote (20.0 points).')
  assert.equal(sentence(2, 9, 5, 3), 'For the last of 2 places, B is ahead of C by 2 votes (11.8 points).')
})

test('a tie names four and counts the rest', () => {
  assert.equal(sentence(1, 2, 2), 'Tied for first: A and B.')
  assert.equal(sentence(1, 1, 1, 1, 1, 1, 1), 'Tied for first: A, B, C, D, and 2 more.')
})

test('the announcement says how many voted and who is ahead, or only turnout', () => {
  const contest = {
    id: 'c',
    title: 'C',
    votes_allowed: 1,
    ballots: 4,
    blank: 0,
    undervotes: 0,
    options: [option('A', 3), option('B', 1)],
    by_district: [[0, 3, 1, 0]],
  }
  const snapshot = { eligible: 8, cast: 4, contests: [contest] } as unknown as ResultsSnapshot
  assert.equal(
    plain(announcementOf(snapshot, en, f)),
    '4 ballots cast, turnout 50.0%. A is ahead of B by 2 votes (50.0 points).',
  )
  assert.equal(announcementOf({ ...snapshot, contests: null }, en, f), '4 ballots cast, turnout 50.0%.')
})
