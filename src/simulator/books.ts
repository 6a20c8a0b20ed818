/**
 * The run's own books: every request is entered when it is sent and again when it is answered or
 * given up, in two separate counts, so that they can be held against each other.
 */
import type { Marks } from './ballots.ts'
import type { ResentBecause } from './lost-answer.ts'
import type { Kind, Outcome } from './outcome.ts'
import type { PlannedRequest } from './plan.ts'

type Counts = Readonly<Partial<Record<string, number>>>

/** Votes of one contest. */
export interface ContestBook {
  /** Per option, in definition order. */
  readonly votes: readonly number[]
  readonly blank: number
}

export interface Books {
  readonly sent: Readonly<Partial<Record<Kind, number>>>
  /** Answers per kind and outcome. */
  readonly answers: Readonly<Partial<Record<Kind, Counts>>>
  /** Of these, the answers that kind must not get. */
  readonly misanswers: Readonly<Partial<Record<Kind, Counts>>>
  /** Given up without an answer. */
  readonly unanswered: Readonly<Partial<Record<Kind, number>>>
  /** Times a request was sent again after a lost connection or a 503. */
  readonly resent: number
  readonly resentBecause: Readonly<Partial<Record<ResentBecause, number>>>
  /** What the accepted ballots say, and the first votes whose fate is unknown. */
  readonly acceptedVotes: readonly ContestBook[]
  readonly unansweredVotes: readonly ContestBook[]
}

export interface BookKeeper {
  readonly sent: (request: PlannedRequest) => void
  readonly resent: (because: ResentBecause) => void
  readonly answered: (request: PlannedRequest, outcome: Outcome) => void
  readonly unanswered: (request: PlannedRequest) => void
  readonly books: () => Books
}

interface ContestCount {
  readonly votes: number[]
  blank: number
}

/** @param optionsPerContest how many options each contest has */
export function bookKeeper(optionsPerContest: readonly number[]): BookKeeper {
  const zeros = (): ContestCount[] =>
    optionsPerContest.map((options) => ({ votes: new Array<number>(options).fill(0), blank: 0 }))
  const sent: Partial<Record<Kind, number>> = {}
  const unanswered: Partial<Record<Kind, number>> = {}
  const answers: Partial<Record<Kind, Partial<Record<string, number>>>> = {}
  const misanswers: Partial<Record<Kind, Partial<Record<string, number>>>> = {}
  const acceptedVotes = zeros()
  const unansweredVotes = zeros()
  let resent = 0
  const resentBecause: Partial<Record<ResentBecause, number>> = {}

  return {
    sent: ({ kind }) => {
      sent[kind] = (sent[kind] ?? 0) + 1
    },
    resent: (because) => {
      resent++
      resentBecause[because] = (resentBecause[because] ?? 0) + 1
    },
    answered: ({ kind, must, marks }, outcome) => {
      add(answers, kind, outcome)
      if (!must.includes(outcome)) add(misanswers, kind, outcome)
      if (outcome === 'accepted') enter(acceptedVotes, marks)
    },
    unanswered: ({ kind, marks }) => {
      unanswered[kind] = (unanswered[kind] ?? 0) + 1
      if (kind === 'first') enter(unansweredVotes, marks)
    },
    books: () =>
      structuredClone({
        ...{ sent, answers, misanswers, unanswered, resent, resentBecause },
        ...{ acceptedVotes, unansweredVotes },
      }),
  }
}

function add(
  table: Partial<Record<Kind, Partial<Record<string, number>>>>,
  kind: Kind,
  outcome: Outcome,
): void {
  table[kind] ??= {}
  const row = table[kind]
  row[outcome] = (row[outcome] ?? 0) + 1
}

function enter(contests: readonly ContestCount[], marks: Marks | null): void {
  for (const [i, options] of (marks ?? []).entries()) {
    if (options === null) continue
    const contest = contests[i]!
    if (options.length === 0) contest.blank++
    for (const option of options) contest.votes[option]!++
  }
}
