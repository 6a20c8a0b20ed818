/**
 * The NIST election report: it fits the published schema, if that is in the folder beside the
 * repository; and every reference names an existing object of the right kind, which the schema does
 * not check.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import ajvDraft04 from 'ajv-draft-04'
import type { Choices } from '../src/core/election/choices.ts'
import { type DefinitionFile, electionFrom } from '../src/core/election/definition.ts'
import { cdfText } from '../src/core/tally/cdf.ts'
import { NO_LOTS } from '../src/core/tally/contest-outcome.ts'
import { pluralityTally } from '../src/core/tally/plurality.ts'
import { shownResult } from '../src/core/tally/shown.ts'
import { sharedFile, withoutShared } from './shared.ts'

const SCHEMA = 'standards/NIST_V2_election_results_reporting.json'

function report(changes: Partial<DefinitionFile> = {}, phase: 'open' | 'closed' = 'closed') {
  const election = electionFrom({
    id: 'city',
    title: 'City <of> "Riverton"',
    opens_at: '2026-01-01T08:00:00.250Z',
    closes_at: '2026-01-02T18:00:00+02:00',
    results: 'live',
    simulated: true,
    districts: ['north', 'south', 'x'].map((id) => ({ id, name: `District ${id}` })),
    contests: [
      { id: 'mayor', title: 'Mayor', options: ['x', 'grace'].map((id) => ({ id, name: id })) },
      {
        id: 'x',
        title: 'Council',
        votes: 2,
        districts: ['x', 'north'],
        options: ['x', 'b', 'c'].map((id) => ({ id, name: `Candidate ${id}` })),
      },
    ],
    ...changes,
  })
  const tally = pluralityTally(election)
  tally.fold(0, '[[0],[0,1]]' as Choices, 30)
  tally.fold(0, '[[1],[]]' as Choices, 5)
  tally.fold(1, '[[1],[]]' as Choices, 2)
  tally.fold(2, '[[0],[2]]' as Choices, 12)
  tally.fold(2, '[[],[1]]' as Choices, 4)
  const eligible = [40, 40, 20]
  // Published ballots per district: for south fewer than were cast.
  const told = pluralityTally(election)
  told.fold(0, '[[0],[0,1]]' as Choices, 30)
  told.fold(0, '[[1],[]]' as Choices, 5)
  const counted = { tally: told, checkpoint: null, complete: phase === 'closed' }
  const standing = { phase, issued: eligible, stored: tally }
  const shown = shownResult(election, {
    ...standing,
    published: election.suppressBelow > 1 ? counted : null,
  })!
  const made = { generatedAtMs: 1_767_300_000_999, version: '1.2.3', phase, eligible, lots: NO_LOTS }
  return JSON.parse([...cdfText(election, shown, made)].join(''))
}

const REPORTS = {
  closed: report(),
  open: report({ simulated: false, suppress_below: 1 }, 'open'),
  // South has two ballots. District x has too few voters for its own row.
  suppressed: report({ suppress_below: 30 }, 'open'),
  closed30: report({ suppress_below: 30 }),
}

/** Yields every object of a report. */
function* objects(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Record<string, unknown>
  for (const member of Object.values(value)) yield* objects(member)
}

/** Members that refer to another object, and the kind of object they may refer to. */
const REFERENCES: Readonly<Record<string, string>> = {
  GpUnitId: 'ReportingUnit',
  ComposingGpUnitIds: 'ReportingUnit',
  ElectionScopeId: 'ReportingUnit',
  ElectionDistrictId: 'ReportingUnit',
  CandidateIds: 'Candidate',
}

for (const [name, document] of Object.entries(REPORTS))
  test(`every id is unique, and every reference names an object of the right kind: ${name}`, () => {
    const kinds = new Map<string, string>()
    for (const object of objects(document)) {
      const id = object['@id'] as string | undefined
      if (id === undefined) continue
      assert.ok(!kinds.has(id), `${id} is used twice`)
      kinds.set(id, (object['@type'] as string).replace('ElectionResults.', ''))
    }
    let checked = 0
    for (const object of objects(document))
      for (const [member, value] of Object.entries(object)) {
        if (!/Ids?$/.test(member) || member === 'VendorApplicationId') continue
        assert.ok(member in REFERENCES, `${member} is a reference this test does not know`)
        for (const id of [value].flat() as string[]) {
          assert.equal(kinds.get(id), REFERENCES[member], `${member} ${id}`)
          checked++
        }
      }
    assert.ok(checked > 20)
  })

test('counts are those of the result; a withheld district has no counts', () => {
  const votes = (document: typeof REPORTS.closed, contest: number) =>
    document.Election[0].Contest[contest].ContestSelection.map(
      ({ VoteCounts }: { VoteCounts: { Count: number; IsSuppressedForPrivacy?: true }[] }) =>
        VoteCounts.map((count) => (count.IsSuppressedForPrivacy ? null : count.Count)),
    )
  assert.deepEqual(votes(REPORTS.closed, 0), [
    [42, 30, 0, 12],
    [7, 5, 2, 0],
  ])
  assert.deepEqual(votes(REPORTS.suppressed, 0), [
    [30, 30, null, null],
    [5, 5, null, null],
  ])
  assert.deepEqual(votes(REPORTS.closed30, 0), [
    [42, 30, 0, null],
    [7, 5, 2, null],
  ])
  assert.deepEqual(votes(REPORTS.closed, 1), [
    [30, 30, 0],
    [34, 30, 4],
    [12, 0, 12],
  ])
  assert.equal(REPORTS.closed.Election[0].Contest[0].OtherCounts[0].Undervotes, 4)
  const suppressed = JSON.stringify(REPORTS.suppressed.Election[0].Contest[0].OtherCounts)
  assert.ok(!suppressed.includes('south') && !suppressed.includes('unit.district.x'))
  assert.equal(REPORTS.suppressed.Election[0].BallotCounts[0].BallotsCast, 35)
  assert.match(REPORTS.suppressed.Notes, /not counted here yet: 18\./)
  assert.match(REPORTS.closed30.Notes, /^Mayor: /)
  assert.doesNotMatch(REPORTS.closed30.Notes, /held back/)
})

test('the report has status and dates, and marks a simulation', () => {
  const { closed, open } = REPORTS
  assert.deepEqual(
    [
      closed.Status,
      closed.GeneratedDate,
      closed.IsTest,
      closed.Election[0].StartDate,
      closed.Election[0].EndDate,
    ],
    ['unofficial-complete', '2026-01-01T20:40:00Z', true, '2026-01-01', '2026-01-02'],
  )
  assert.deepEqual([open.Status, open.IsTest], ['unofficial-partial', undefined])
})

test('the report fits the schema that NIST publishes', { skip: withoutShared(SCHEMA) }, () => {
  // Node does not unwrap the `default` member of a CommonJS package.
  const Ajv = ((ajvDraft04 as unknown as { default?: unknown }).default ?? ajvDraft04) as new (
    options: object,
  ) => import('ajv-draft-04').default
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(
    JSON.parse(readFileSync(sharedFile(SCHEMA), 'utf8')),
  )
  for (const [name, document] of Object.entries(REPORTS))
    assert.ok(validate(document), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`)
  assert.ok(!validate({ ...REPORTS.closed, Format: 'novel' }))
})
