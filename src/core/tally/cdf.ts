/**
 * The result as an election report of NIST SP 1500-100 version 2 (JSON), at precinct level.
 *
 * The standard has one space for all ids, so each id is ours with a prefix for its kind. Withheld
 * districts have `IsSuppressedForPrivacy` and no count. Held ballots are in no count; `Notes`
 * states their number. The standard has no place for blank ballots, so they are among the
 * undervotes of `OtherCounts`.
 */
import type { Contest, Election } from '../election/definition.ts'
import type { Phase } from '../election/phase.ts'
import type { Text } from '../election/text.ts'
import { type Lots, outcomeIn } from './contest-outcome.ts'
import { resultReader } from './result-reader.ts'
import { saidOf } from './said.ts'
import { isWithheld, type ShownContest, type ShownResult } from './shown.ts'

export interface ReportMade {
  readonly generatedAtMs: number
  readonly version: string
  readonly phase: Phase
  /** Keys issued per district, in definition order. */
  readonly eligible: ArrayLike<number>
  readonly lots: Lots
}

const WHOLE = 'unit.whole'
const unitId = (district: string) => `unit.district.${district}`

const type = (name: string) => ({ '@type': `ElectionResults.${name}` })
/** The text in every language of the election. */
const text = (content: Text, languages: readonly string[]) => {
  // If the election names no language, its texts are `und`, undetermined (BCP 47).
  const single = languages.length === 1 ? languages[0]! : 'und'
  const each = typeof content === 'string' ? { [single]: content } : content
  return {
    ...type('InternationalizedText'),
    Text: Object.entries(each).map(([language, words]) => ({
      ...{ ...type('LanguageString'), Content: words, Language: language },
    })),
  }
}

/**
 * Writes the report (NIST SP 1500-100) in pieces, because that of a large election has many
 * megabytes.
 * @returns the pieces of the JSON text, in order
 */
export function* cdfText(election: Election, shown: ShownResult, made: ReportMade): Generator<string> {
  // The list is the last member at every level: its items are inserted before the closing brackets.
  const opened = (outer: object, end: string) => JSON.stringify(outer).slice(0, -end.length)
  yield opened(reportOf(election, shown, made), CONTESTS_END)
  for (const [i, contest] of election.contests.entries()) {
    const published = shown.contests[i]!
    yield `${i === 0 ? '' : ','}${opened(contestOf(contest, published), SELECTIONS_END)}`
    for (const j of contest.options.keys())
      yield `${j === 0 ? '' : ','}${JSON.stringify(selectionOf(contest, published, j))}`
    yield SELECTIONS_END
  }
  yield `${CONTESTS_END}\n`
}

const CONTESTS_END = ']}]}'
const SELECTIONS_END = ']}'

/** The report with an empty `Contest`. */
function reportOf(election: Election, shown: ShownResult, made: ReportMade): object {
  const closed = made.phase === 'closed'
  return {
    ...type('ElectionReport'),
    Format: 'precinct-level',
    GeneratedDate: seconds(made.generatedAtMs),
    Issuer: election.title,
    ...notesOf(election, shown, made),
    IssuerAbbreviation: election.id,
    SequenceStart: 1,
    SequenceEnd: 1,
    Status: closed ? 'unofficial-complete' : 'unofficial-partial',
    VendorApplicationId: `digital-elections/${made.version}`,
    ...(election.simulated && { IsTest: true, TestType: 'simulated votes' }),
    GpUnit: units(election, made),
    Election: [
      {
        ...type('Election'),
        ElectionScopeId: WHOLE,
        Name: text(election.titles, election.languages),
        StartDate: seconds(election.opensAtMs).slice(0, 10),
        EndDate: seconds(election.closesAtMs).slice(0, 10),
        Type: 'other',
        OtherType: 'election',
        CountStatus: [{ ...type('CountStatus'), Type: 'total', Status: closed ? 'completed' : 'in-process' }],
        BallotCounts: [
          { ...type('BallotCounts'), GpUnitId: WHOLE, Type: 'total', BallotsCast: shown.ballots },
        ],
        Candidate: election.contests.flatMap((contest, c) => {
          const statuses = statusOf(contest, shown, c, made)
          return contest.options.map((option, j) => ({
            ...type('Candidate'),
            '@id': candidateId(contest.id, option.id),
            BallotName: text(option.names, election.languages),
            ...statuses[j],
          }))
        }),
        Contest: [],
      },
    ],
  }
}

/**
 * The number of held ballots; once the count is complete, the outcome of each contest, because the
 * standard has no place for ties and lots.
 */
function notesOf(election: Election, shown: ShownResult, made: ReportMade): { readonly Notes?: string } {
  if (shown.held > 0)
    return {
      Notes:
        `Ballots cast and not counted here yet: ${shown.held}. They are held while they could reveal ` +
        'how a voter voted.',
    }
  if (made.phase !== 'closed') return {}
  const reader = resultReader(election, 'en')
  const notes = election.contests.map((contest, c) => {
    const counted = shown.contests[c]!
    const outcome = outcomeIn(contest, counted, { ...made, held: 0 })
    return `${reader.inLanguage(contest.titles)}: ${saidOf(contest, counted, outcome, reader).join(' ')}`
  })
  return { Notes: notes.join('\n') }
}

function units(election: Election, { eligible }: ReportMade): object[] {
  const parts = partialUnits(election)
  return [
    {
      ...type('ReportingUnit'),
      '@id': WHOLE,
      Type: 'other',
      OtherType: 'election-area',
      Name: text(election.titles, election.languages),
      ComposingGpUnitIds: election.districts.map(({ id }) => unitId(id)),
    },
    ...election.districts.map((district, d) => ({
      ...type('ReportingUnit'),
      '@id': unitId(district.id),
      Type: 'precinct',
      Name: text(district.names, election.languages),
      VotersRegistered: eligible[d]!,
    })),
    ...parts,
  ]
}

/** A unit for each contest that only some districts vote in: these districts together. */
function partialUnits(election: Election): object[] {
  return election.contests.flatMap((contest) => {
    const { districts } = contest
    if (districts === null) return []
    return [
      {
        ...type('ReportingUnit'),
        '@id': areaOf(contest),
        Type: 'other',
        OtherType: 'contest-area',
        Name: text(contest.titles, election.languages),
        ComposingGpUnitIds: election.districts.flatMap(({ id }, d) => (districts.has(d) ? [unitId(id)] : [])),
      },
    ]
  })
}

/**
 * Whether each option has won or is defeated, once the count is complete. Tied options have no
 * status; the options of a measure have one only if it passed.
 */
function statusOf(contest: Contest, { contests, held }: ShownResult, c: number, made: ReportMade): object[] {
  const { final, standing, elected, tied } = outcomeIn(contest, contests[c]!, { ...made, held })
  return contest.options.map((_, j) => {
    if (!final || tied.includes(j) || (standing === 'rejected' && j > 0)) return {}
    return { PostElectionStatus: elected.includes(j) ? 'winner' : 'defeated' }
  })
}

/** A contest with an empty `ContestSelection`. */
function contestOf(contest: Contest, shown: ShownContest): object {
  const area = areaOf(contest)
  const other = (unit: string, undervotes: number) => ({
    ...type('OtherCounts'),
    GpUnitId: unit,
    Undervotes: undervotes,
    // The ballot box refuses overvotes.
    Overvotes: 0,
  })
  return {
    ...type('CandidateContest'),
    '@id': `contest.${contest.id}`,
    ElectionDistrictId: area,
    Name: contest.title,
    VotesAllowed: contest.votes,
    NumberElected: contest.seats,
    VoteVariation: contest.votes === 1 ? 'plurality' : 'n-of-m',
    HasRotation: contest.rotation,
    TotalSubUnits: shown.districts.length,
    OtherCounts: [
      other(area, shown.undervotes),
      ...shown.districts.flatMap((district) =>
        isWithheld(district) ? [] : [other(unitId(district.id), district.undervotes)],
      ),
    ],
    ContestSelection: [],
  }
}

function selectionOf(contest: Contest, shown: ShownContest, j: number): object {
  const option = contest.options[j]!
  const count = (unit: string, votes: number) => ({
    ...type('VoteCounts'),
    GpUnitId: unit,
    Type: 'total',
    Count: votes,
  })
  return {
    ...type('CandidateSelection'),
    '@id': `selection.${contest.id}.${option.id}`,
    CandidateIds: [candidateId(contest.id, option.id)],
    SequenceOrder: j + 1,
    VoteCounts: [
      count(areaOf(contest), shown.options[j]!.votes),
      ...shown.districts.map((district) =>
        isWithheld(district)
          ? { ...count(unitId(district.id), 0), IsSuppressedForPrivacy: true }
          : count(unitId(district.id), district.votes[j]!),
      ),
    ],
  }
}

function areaOf(contest: Contest): string {
  return contest.districts === null ? WHOLE : `unit.contest.${contest.id}`
}

function candidateId(contest: string, option: string): string {
  return `candidate.${contest}.${option}`
}

/** UTC with whole seconds, because the standard's pattern allows no fractions. */
function seconds(timeMs: number): string {
  return `${new Date(Math.floor(timeMs / 1000) * 1000).toISOString().slice(0, 19)}Z`
}
