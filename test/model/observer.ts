/**
 * Somebody who saw who voted when, in which district, and reads everything public: turnout,
 * checkpoints, entries in their order, counts, history, and the receipts of voters who are in
 * league with them. Guesses each vote as well as can be.
 *
 * Where membership of a batch does not depend on choices, ballots of a unit are exchangeable, and
 * the chance that a vote says X is exactly: over all groups, (chance that it is in the group) ×
 * (share of X in the group). So the uniform strategy is not one among others but the best there is
 * against the rule as it is written. The others are the best against publishers that tell by
 * arrival; the observer knows the software and takes the one that pays.
 */

import { leafHash } from '../log/log-bytes.ts'
import type { Course } from './course.ts'
import { LEADS, readEntry, UNITS, type Vote } from './election.ts'

/** Whom of those held a batch is taken to tell, and which of its leaves is whose. */
export const STRATEGIES = ['uniform', 'newest', 'oldest', 'newest in order', 'oldest in order'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** What guessing came to, for one contest. */
export interface Score {
  votes: number
  /** Right guesses, less those right from the unit's result alone. */
  gained: number
  /**
   * Votes that the uniform strategy knows for certain, of units whose result alone does not say
   * them.
   */
  certain: number
}

export const noScore = (): Score => ({ votes: 0, gained: 0, certain: 0 })

interface Ballot {
  readonly leaf: string
  readonly unit: number
  readonly marks: readonly number[]
}

/** What the entries of each batch say to anybody, in their order. */
function read({
  batches,
}: Course): readonly { readonly upTo: number; readonly ballots: readonly Ballot[] }[] {
  return batches.map(({ upTo, entries }) => ({
    upTo,
    ballots: entries.flatMap((entry) => {
      const ballot = readEntry(entry)
      return ballot === undefined ? [] : [{ ...ballot, leaf: leafHash(entry).toString('hex') }]
    }),
  }))
}

/** A strategy's belief about one vote: for each contest, the chance that option 0 was chosen. */
type Belief = number[]

/**
 * What each strategy comes to, contest by contest.
 * @param league voters who show the observer their receipts; their votes are not guessed
 */
export function observe(
  course: Course,
  league: ReadonlySet<number>,
): ReadonlyMap<Strategy, readonly Score[]> {
  const log = read(course)
  return new Map(
    STRATEGIES.map((strategy) => {
      const scores = LEADS.map(noScore)
      for (let unit = 0; unit < UNITS; unit++) guessUnit(course.votes, log, unit, strategy, league, scores)
      return [strategy, scores]
    }),
  )
}

function guessUnit(
  votes: readonly Vote[],
  log: ReturnType<typeof read>,
  unit: number,
  strategy: Strategy,
  league: ReadonlySet<number>,
  scores: readonly Score[],
): void {
  const known = new Set(votes.filter((v) => v.unit === unit && league.has(v.voter)).map(leafOf))
  const beliefs = new Map<Vote, Belief>()
  /** Chance that the vote is held still; of those not in league. */
  const held = new Map<Vote, number>()
  const result: Ballot[] = []
  let arrived = 0
  let waiting = 0
  for (const { upTo, ballots } of log) {
    for (; arrived < upTo; arrived++) {
      const vote = votes[arrived]!
      if (vote.unit !== unit || league.has(vote.voter)) continue
      held.set(vote, 1)
      beliefs.set(
        vote,
        LEADS.map(() => 0),
      )
      waiting++
    }
    const told = ballots.filter((ballot) => ballot.unit === unit && !known.has(ballot.leaf))
    result.push(...told)
    if (told.length > 0) believe(held, beliefs, told, waiting, strategy)
    waiting -= told.length
  }
  score(beliefs, result, scores, strategy === 'uniform')
}

function believe(
  held: Map<Vote, number>,
  beliefs: ReadonlyMap<Vote, Belief>,
  told: readonly Ballot[],
  waiting: number,
  strategy: Strategy,
): void {
  const share = LEADS.map((_, c) => told.filter(({ marks }) => marks[c] === 0).length / told.length)
  if (strategy === 'uniform') {
    for (const [vote, still] of held) {
      const chance = told.length / waiting
      for (const [c, part] of share.entries()) beliefs.get(vote)![c]! += still * chance * part
      held.set(vote, still * (1 - chance))
    }
    return
  }
  const all = [...held.keys()]
  const taken = strategy.startsWith('newest') ? all.slice(-told.length) : all.slice(0, told.length)
  for (const [i, vote] of taken.entries()) {
    const says = strategy.endsWith('in order') ? told[i]!.marks.map((mark) => 1 - mark) : share
    for (const [c, part] of says.entries()) beliefs.get(vote)![c] = part
    held.delete(vote)
  }
}

const SURE = 1e-9

function score(
  beliefs: ReadonlyMap<Vote, Belief>,
  result: readonly Ballot[],
  scores: readonly Score[],
  isSound: boolean,
): void {
  for (const [c, total] of scores.entries()) {
    const first = result.filter(({ marks }) => marks[c] === 0).length
    const usual = first * 2 >= result.length ? 0 : 1
    const isAlike = first === 0 || first === result.length
    for (const [vote, belief] of beliefs) {
      const chance = belief[c]!
      const guessed = Math.abs(chance - 0.5) < SURE ? usual : chance > 0.5 ? 0 : 1
      total.votes++
      total.gained += Number(guessed === vote.marks[c]) - Number(usual === vote.marks[c])
      if (isSound && !isAlike && (chance < SURE || chance > 1 - SURE) && guessed === vote.marks[c])
        total.certain++
    }
  }
}

const leafOf = ({ leaf }: Vote): string => leaf.toString('hex')
