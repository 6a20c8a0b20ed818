/**
 * A tie and the lot that decides it, in every file and sentence that publishes a result, and in
 * each language.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Choices } from '../election/choices.ts'
import { electionFrom } from '../election/definition.ts'
import { cdfText } from './cdf.ts'
import { type Lots, NO_LOTS, outcomeIn } from './contest-outcome.ts'
import { resultCsv } from './csv.ts'
import { pluralityTally } from './plurality.ts'
import { languageAsked, resultReader, WORDS_LANGUAGES } from './result-reader.ts'
import { saidOf } from './said.ts'
import { wholeResult } from './shown.ts'

const ISSUED = [40]
const election = electionFrom({
  ...{ id: 'council', title: 'Council', results: 'live', suppress_below: 1 },
  ...{ opens_at: '2026-11-23T07:00:00Z', closes_at: '2026-11-23T19:00:00Z' },
  contests: [
    {
      ...{ id: 'board', title: 'Board', votes: 2, seats: 2 },
      options: ['ada', 'bob', 'cyd'].map((id) => ({ id, name: id.toUpperCase() })),
    },
    {
      ...{ id: 'law', title: 'Law', measure: true, threshold: { at_least: '2/3' } },
      options: ['yes', 'no'].map((id) => ({ id, name: id })),
    },
  ],
})
const tally = pluralityTally(election)
tally.fold(0, '[[0,1],[0]]' as Choices, 6)
tally.fold(0, '[[0,2],[1]]' as Choices, 6)
const result = wholeResult(election, ISSUED, tally)
const LOT: Lots = new Map([['board', ['cyd']]])

const state = (lots: Lots, phase: 'open' | 'closed' = 'closed') => ({ phase, eligible: ISSUED, lots })
const totals = (lots: Lots, phase?: 'open' | 'closed', language?: string) =>
  [...resultCsv(election, result, state(lots, phase), language)]
    .filter((line) => line.includes('(total)'))
    .map((line) => line.trimEnd().split(','))
const results = (...of: Parameters<typeof totals>) =>
  Object.fromEntries(totals(...of).map((cells) => [cells[4], cells.at(-1)]))
const reported = (lots: Lots) => {
  const made = { generatedAtMs: 0, version: '1', ...state(lots) }
  const report = JSON.parse([...cdfText(election, result, made)].join(''))
  const candidates: { readonly '@id': string; readonly PostElectionStatus?: string }[] =
    report.Election[0].Candidate
  return {
    notes: report.Notes as string,
    status: candidates.map((each) => [each['@id'].split('.').at(-1), each.PostElectionStatus]),
  }
}

test('CSV: tied without a lot, elected by lot with it; only the certified count uses the lot', () => {
  const tied = { ada: 'elected', bob: 'tied', cyd: 'tied' }
  const { ada, bob, cyd } = results(NO_LOTS)
  assert.deepEqual({ ada, bob, cyd }, tied)
  const drawn = results(LOT)
  assert.deepEqual([drawn.ada, drawn.bob, drawn.cyd], ['elected', '', 'elected by lot'])
  assert.deepEqual([drawn.yes, drawn.no], ['rejected', ''])
  const others: readonly (readonly [string, readonly string[]])[] = [
    ['board', ['ada']],
    ['board', ['nobody']],
    ['board', ['bob', 'cyd']],
    ['nowhere', ['cyd']],
  ]
  for (const lot of others) assert.equal(results(new Map([lot])).cyd, 'tied', JSON.stringify(lot))
  assert.equal(results(LOT, 'open').cyd, 'tied')
})

test('CSV: rows and results are in each language, with the same ids and columns', () => {
  const columns = (language: string) => totals(LOT, 'closed', language).map((cells) => [cells[0], cells[4]])
  const all = WORDS_LANGUAGES.map((language) => results(LOT, 'closed', language).cyd)
  assert.equal(new Set(all).size, WORDS_LANGUAGES.length, all.join())
  for (const language of WORDS_LANGUAGES) assert.deepEqual(columns(language), columns('en'))
})

test('election report: only the lot makes a tied option a winner, and the notes have the result', () => {
  const tied = reported(NO_LOTS)
  assert.deepEqual(tied.status, [
    ['ada', 'winner'],
    ['bob', undefined],
    ['cyd', undefined],
    ['yes', 'defeated'],
    ['no', undefined],
  ])
  assert.match(tied.notes, /^Board: ADA is elected\. Tied for the last of 2 seats: BOB and CYD\./)
  const drawn = reported(LOT)
  assert.deepEqual(drawn.status.slice(0, 3), [
    ['ada', 'winner'],
    ['bob', 'defeated'],
    ['cyd', 'winner'],
  ])
  assert.match(drawn.notes, /CYD is elected by lot after a tie\.\nLaw: Rejected\./)
})

test('sentences are in the requested language, or in English if it has no dictionary', () => {
  const sentences = (language: string) => {
    const outcome = outcomeIn(election.contests[0]!, result.contests[0]!, { ...state(LOT), held: 0 })
    return saidOf(election.contests[0]!, result.contests[0]!, outcome, resultReader(election, language)).join(
      ' ',
    )
  }
  assert.match(sentences('en'), /CYD is elected by lot/)
  assert.match(sentences('es-MX'), /por sorteo tras un empate: CYD/)
  assert.match(sentences('ar'), /بالقرعة/)
  assert.equal(sentences('de'), sentences('en'))
  assert.equal(resultReader(election, 'de').wordsIn, 'en')
})

test('a requested language must be close to one of the election, or to a dictionary if it names none', () => {
  const languages = ['de', 'es', 'zh-Hant']
  const asked = ['de', 'ES', 'es-MX', 'zh-TW', 'en', ''].map((tag) => languageAsked({ languages }, tag))
  assert.deepEqual(asked, ['de', 'es', 'es', 'zh-Hant', undefined, undefined])
  assert.deepEqual([languageAsked(election, 'ar'), languageAsked(election, 'fr')], ['ar', undefined])
})
