import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DefinitionFile, electionFrom } from '../../core/election/definition.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { cdfText } from '../../core/tally/cdf.ts'
import { resultCsv } from '../../core/tally/csv.ts'
import type { ShownResult } from '../../core/tally/shown.ts'
import { inReadersLanguage } from './ballot-texts.ts'

const file: DefinitionFile = {
  ...{ id: 'e', title: { en: 'Election', es: 'Elección' }, languages: ['en', 'es'] },
  ...{ opens_at: '2026-01-01T00:00:00Z', closes_at: '2026-01-02T00:00:00Z', results: 'live' },
  districts: [{ id: 'n', name: { en: 'North', es: 'Norte' } }],
  contests: [
    {
      id: 'm',
      title: { en: 'Measure', es: 'Medida' },
      options: [
        { id: 'yes', name: { en: 'Yes', es: 'Sí' } },
        { id: 'no', name: 'No' },
      ],
    },
  ],
}

test('a snapshot gets its names in the reader’s language, and its ids and counts stay the same', () => {
  const option = (id: string, name: string) => ({ id, name, color: null, votes: 3 })
  const snapshot = {
    election: { id: 'e', title: 'Election' },
    districts: [{ id: 'n', name: 'North', eligible: 9, cast: 6 }],
    contests: [{ id: 'm', title: 'Measure', options: [option('yes', 'Yes'), option('no', 'No')] }],
  } as unknown as ResultsSnapshot
  const translated = inReadersLanguage(file, 'es-MX')(snapshot)
  assert.equal(translated.election.title, 'Elección')
  assert.deepEqual(translated.districts, [{ id: 'n', name: 'Norte', eligible: 9, cast: 6 }])
  assert.equal(translated.contests![0]!.title, 'Medida')
  assert.deepEqual(translated.contests![0]!.options, [option('yes', 'Sí'), option('no', 'No')])
  assert.deepEqual(inReadersLanguage(file, 'ar')(snapshot), snapshot)
  assert.equal(inReadersLanguage(file, 'es')({ ...snapshot, contests: null }).contests, null)
})

const district = { id: 'n', ballots: 6, blank: 0, undervotes: 0, votes: [4, 2] }
const result = {
  ...{ ballots: 6, held: 0 },
  contests: [
    {
      ...{ id: 'm', ballots: 6, blank: 0, undervotes: 0, districts: [district] },
      options: [
        { id: 'yes', votes: 4 },
        { id: 'no', votes: 2 },
      ],
    },
  ],
} as unknown as ShownResult

test('a CSV has the names of one language, an election report those of all', () => {
  const election = electionFrom(file)
  const counted = { phase: 'closed', eligible: [9], lots: new Map() } as const
  assert.match([...resultCsv(election, result, counted, 'es')].join(''), /m,Medida,n,Norte,yes,Sí,4/)
  assert.match([...resultCsv(election, result, counted)].join(''), /m,Measure,n,North,yes,Yes,4/)
  const made = { generatedAtMs: 0, version: '1', phase: 'closed', eligible: [9], lots: new Map() } as const
  const report = JSON.parse([...cdfText(election, result, made)].join(''))
  const names = report.Election[0].Candidate.map(({ BallotName }: { BallotName: { Text: object[] } }) =>
    BallotName.Text.map((each) => Object.values(each).slice(1)),
  )
  assert.deepEqual(names, [
    [
      ['Yes', 'en'],
      ['Sí', 'es'],
    ],
    [['No', 'und']],
  ])
})
