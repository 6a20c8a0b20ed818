/**
 * A result in words, the same on the dashboard, the wall, in `tally`, the certificate, CSV and
 * report. Pure: a dictionary (words/) says the sentences, this says which of them are due. Nothing
 * is said that the votes counted do not bear out.
 */

import type { Threshold } from '../election/share.ts'
import type { Outcome, OutcomeRules } from './outcome.ts'
import { isMet, type Requirement } from './requirement.ts'

/** A number with its text: the value is for choosing a plural. */
export interface Figure {
  readonly value: number
  readonly text: string
}

/** Numbers, lists and names as the reader has them. */
export interface WordFormats {
  readonly figure: (n: number) => Figure
  /** A part of 1 as percentage points, without a unit. */
  readonly points: (part: number) => string
  readonly list: (names: readonly string[]) => string
  /** Keeps a name's writing direction to itself, where the reader's medium can. */
  readonly name: (text: string) => string
}

/** The sentences of one language. Names and lists come as they are to be shown. */
export interface OutcomeWords {
  readonly noVotesYet: string
  readonly noVotes: string
  readonly elected: (names: string, n: number) => string
  readonly electedByLot: (names: string, n: number) => string
  readonly vacant: (seats: Figure) => string
  readonly nobody: string
  readonly nobodyYet: string
  readonly passed: string
  readonly rejected: string
  readonly wouldPass: string
  readonly wouldFail: string
  readonly ahead: (first: string, second: string, votes: Figure, points: string) => string
  readonly aheadAtLastSeat: (
    seats: Figure,
    last: string,
    next: string,
    votes: Figure,
    points: string,
  ) => string
  readonly wonBy: (second: string, votes: Figure, points: string) => string
  readonly lastSeatBy: (seats: Figure, last: string, next: string, votes: Figure, points: string) => string
  readonly inFront: (names: string, n: number) => string
  readonly tied: (names: string) => string
  readonly tiedForLast: (left: Figure, seats: Figure, names: string) => string
  readonly notDecidedByLot: string
  readonly noneAhead: (none: string) => string
  /**
   * @param took what took part, as `ballots` or `marked` says it; `share` as `share` says it, null
   *   for a number
   */
  readonly quorumMissed: (took: string, needed: Figure, share: string | null) => string
  readonly quorumNotYet: (took: string, needed: Figure, share: string | null) => string
  readonly ballots: (n: Figure) => string
  /** Ballots that mark something in the contest. */
  readonly marked: (n: Figure) => string
  readonly needs: (most: Figure, needed: Figure, share: string) => string
  readonly needsOf: (name: string, votes: Figure, needed: Figure, share: string) => string
  readonly share: (threshold: Threshold) => string
  readonly canStillChange: (outstanding: Figure) => string
  readonly cannotChange: (outstanding: Figure) => string
  readonly andMore: (n: Figure) => string
}

/** What is said of: a contest's options with the rules it is decided by. */
export interface Told {
  readonly rules: OutcomeRules
  readonly names: readonly string[]
  readonly votes: readonly number[]
}

export interface OutcomeSentences {
  /** What the result is, or how it stands. */
  readonly result: readonly string[]
  /** Whether what is outstanding can change it; null once the count is complete. */
  readonly change: string | null
}

/** Tied or elected options named; of more, how many there are. */
const NAMED = 12
const TIED_NAMED = 4

export function outcomeSentences(
  published: Told,
  outcome: Outcome,
  words: OutcomeWords,
  formats: WordFormats,
): OutcomeSentences {
  const speak = speaker(published, words, formats)
  const { standing, final, outstanding, decided, quorum } = outcome
  const result: string[] = []
  if (standing === 'no-votes') return { result: [final ? words.noVotes : words.noVotesYet], change: null }
  if (quorum !== null && !isMet(quorum)) result.push(speak.quorum(quorum, final || decided))
  if (standing !== 'quorum-missed')
    result.push(...(published.rules.measure ? speak.measure(outcome) : speak.seats(outcome)))
  if (final) return { result, change: null }
  const left = formats.figure(outstanding)
  return { result, change: decided ? words.cannotChange(left) : words.canStillChange(left) }
}

function speaker({ rules, names, votes }: Told, words: OutcomeWords, formats: WordFormats) {
  const { figure } = formats
  const name = (j: number) => formats.name(names[j]!)
  const listed = (options: readonly number[], most: number) => {
    const more = options.length - most
    // One more is as short as its name.
    const named = options.slice(0, more > 1 ? most : options.length).map(name)
    return formats.list(more > 1 ? [...named, words.andMore(figure(more))] : named)
  }
  const given = votes.reduce((sum, each) => sum + each, 0)
  const shareIn = ({ rule }: Requirement) => ('atLeast' in rule ? null : words.share(rule))
  const needs = (requirement: Requirement) =>
    words.needs(figure(requirement.has), figure(requirement.needed), shareIn(requirement)!)

  const margin = ({ margin, final }: Outcome): string[] => {
    if (margin === null) return []
    const [next, by] = [name(margin.next), figure(margin.votes)]
    const points = formats.points(margin.votes / given)
    if (rules.seats === 1)
      return [final ? words.wonBy(next, by, points) : words.ahead(name(margin.last), next, by, points)]
    const say = final ? words.lastSeatBy : words.aheadAtLastSeat
    return [say(figure(rules.seats), name(margin.last), next, by, points)]
  }

  const seats = (outcome: Outcome): string[] => {
    const { standing, elected, byLot, tied, tiedSeats, vacant, noneAhead, threshold, final } = outcome
    const said: string[] = []
    if (standing === 'nobody')
      return [final ? words.nobody : words.nobodyYet, ...(threshold ? [needs(threshold)] : [])]
    const byVotes = elected.filter((j) => !byLot.includes(j))
    if (final && byVotes.length > 0) said.push(words.elected(listed(byVotes, NAMED), byVotes.length))
    if (byLot.length > 0) said.push(words.electedByLot(listed(byLot, NAMED), byLot.length))
    if (!final && outcome.margin === null && elected.length > 0)
      said.push(words.inFront(listed(elected, NAMED), elected.length))
    if (tied.length > 0) {
      const list = listed(tied, final ? NAMED : TIED_NAMED)
      said.push(
        rules.seats === 1
          ? words.tied(list)
          : words.tiedForLast(figure(tiedSeats), figure(rules.seats), list),
      )
      if (final) said.push(words.notDecidedByLot)
    } else said.push(...(byLot.length > 0 ? [] : margin(outcome)))
    if (final && vacant > 0) said.push(words.vacant(figure(vacant)))
    if (vacant > 0 && threshold !== null) said.push(needs(threshold))
    if (noneAhead !== null) said.push(words.noneAhead(name(noneAhead)))
    return said
  }

  const measure = ({ standing, threshold, final }: Outcome): string[] => {
    const passes = standing === 'passed'
    const head = final ? (passes ? words.passed : words.rejected) : passes ? words.wouldPass : words.wouldFail
    if (threshold === null) return [head]
    const { has, needed } = threshold
    return [head, words.needsOf(name(0), figure(has), figure(needed), shareIn(threshold)!)]
  }

  const quorum = (requirement: Requirement, isMissed: boolean) => {
    const took = rules.quorum!.counting === 'ballots' ? words.ballots : words.marked
    const say = isMissed ? words.quorumMissed : words.quorumNotYet
    return say(took(figure(requirement.has)), figure(requirement.needed), shareIn(requirement))
  }

  return { seats, measure, quorum }
}
