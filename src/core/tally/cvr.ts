/**
 * Cast vote records in the form of NIST SP 1500-103 version 1 (JSON): one record per ballot of the
 * public log. The order is given by the caller and must reveal nothing of when a ballot was cast.
 *
 * A record has exactly the content of the ballot's entry in the log: `UniqueId` is its tracker, and
 * `BallotStyleUnitId` its district if the entry names one. Ids have a prefix for their kind, as in
 * the election report (cdf.ts).
 */
import type { Contest, Election } from '../election/definition.ts'

export interface CvrMade {
  readonly generatedAtMs: number
  readonly version: string
}

/** The content of a ballot's entry. */
export interface LoggedBallot {
  /** The index of the district that its entry names; null if it names none. */
  readonly district: number | null
  readonly style: string
  /** The indexes of the contests of the ballot style. */
  readonly contests: readonly number[]
  /** The marked options of each contest of the election, by index. */
  readonly marks: readonly (readonly number[])[]
  /** The leaf hash of the entry, as base64url. */
  readonly tracker: string
}

const type = (name: string) => ({ '@type': `CVR.${name}` })
const DEVICE = 'device.log'
const ELECTION = 'election'
const WHOLE = 'unit.whole'
const unitId = (district: string) => `unit.district.${district}`
const contestId = (contest: string) => `contest.${contest}`
const selectionId = (contest: string, option: string) => `selection.${contest}.${option}`
const candidateId = (contest: string, option: string) => `candidate.${contest}.${option}`

/** @returns the JSON text of the report up to its first record (NIST SP 1500-103) */
export function cvrStart(election: Election, made: CvrMade): string {
  const report = {
    ...type('CastVoteRecordReport'),
    Version: '1.0.0',
    ReportType: ['originating-device-export'],
    GeneratedDate: `${new Date(Math.floor(made.generatedAtMs / 1000) * 1000).toISOString().slice(0, 19)}Z`,
    Notes:
      'Records are in the order of their trackers (UniqueId), which reveals nothing of when a ' +
      'ballot was cast.',
    ReportGeneratingDeviceIds: [DEVICE],
    ReportingDevice: [
      { ...type('ReportingDevice'), '@id': DEVICE, Application: `digital-elections/${made.version}` },
    ],
    GpUnit: [
      { ...type('GpUnit'), '@id': WHOLE, Type: 'other', OtherType: 'election-area', Name: election.title },
      ...election.districts.map(({ id, name }) => ({
        ...{ ...type('GpUnit'), '@id': unitId(id), Type: 'precinct', Name: name },
      })),
    ],
    Election: [
      {
        ...type('Election'),
        '@id': ELECTION,
        Name: election.title,
        ElectionScopeId: WHOLE,
        Candidate: election.contests.flatMap(({ id, measure, options }) =>
          measure
            ? []
            : options.map((option) => ({
                ...{ ...type('Candidate'), '@id': candidateId(id, option.id), Name: option.name },
              })),
        ),
        Contest: election.contests.map(contestOf),
      },
    ],
    CVR: [],
  }
  return JSON.stringify(report).slice(0, -CVR_END.length)
}

export const CVR_END = ']}'

function contestOf({ id, title, votes, seats, measure, options }: Contest): object {
  const common = { '@id': contestId(id), Name: title }
  if (measure)
    return {
      ...{ ...type('BallotMeasureContest'), ...common, VoteVariation: 'majority' },
      ContestSelection: options.map((option) => ({
        ...{ ...type('BallotMeasureSelection'), '@id': selectionId(id, option.id), Selection: option.name },
      })),
    }
  return {
    ...{ ...type('CandidateContest'), ...common, NumberElected: seats, VotesAllowed: votes },
    VoteVariation: votes === 1 ? 'plurality' : 'n-of-m',
    ContestSelection: options.map((option) => ({
      ...{ ...type('CandidateSelection'), '@id': selectionId(id, option.id) },
      CandidateIds: [candidateId(id, option.id)],
    })),
  }
}

/**
 * @param n the number of the record; the first is 1
 * @returns its JSON text (NIST SP 1500-103)
 */
export function cvrRecord(election: Election, ballot: LoggedBallot, n: number): string {
  const snapshot = `snapshot.${n}`
  return JSON.stringify({
    ...type('CVR'),
    ElectionId: ELECTION,
    UniqueId: ballot.tracker,
    BallotStyleId: ballot.style,
    ...(ballot.district !== null && { BallotStyleUnitId: unitId(election.districts[ballot.district]!.id) }),
    CurrentSnapshotId: snapshot,
    CVRSnapshot: [
      {
        ...{ ...type('CVRSnapshot'), '@id': snapshot, Type: 'original' },
        CVRContest: ballot.contests.map((c) => markedContest(election.contests[c]!, ballot.marks[c]!)),
      },
    ],
  })
}

function markedContest({ id, votes, options }: Contest, marks: readonly number[]): object {
  const undervotes = votes - marks.length
  return {
    ...{ ...type('CVRContest'), ContestId: contestId(id), Overvotes: 0, Undervotes: undervotes },
    ...{ Selections: marks.length, ...(undervotes > 0 && { Status: ['undervoted'] }) },
    CVRContestSelection: marks.map((j) => ({
      ...{ ...type('CVRContestSelection'), ContestSelectionId: selectionId(id, options[j]!.id) },
      TotalNumberVotes: 1,
      SelectionPosition: [{ ...type('SelectionPosition'), HasIndication: 'yes', NumberVotes: 1 }],
    })),
  }
}
