/**
 * An observer who saw who voted when and in which district, and who reads everything public:
 * turnout, checkpoints, entries in their order, counts, history, and the receipts of voters in
 * league with it. It guesses each vote as well as possible.
 *
 * If membership of a batch does not depend on choices, the ballots of a unit are exchangeable. Then
 * the chance that a vote is for X is exactly the sum over all groups of (chance that it is in the
 * group) × (share of X in the group). So the uniform strategy is the best one against the rule as
 * specified. The others are the best against publishers that publish by arrival. The observer knows
 * the software and uses the strategy that pays.
 */

import { leafHash } from '../log/log-bytes.ts'
import type { Course } from './course.ts'
import { LEADS, readEntry, UNITS, type Vote } from './election.ts'

/**
 * Which held ballots a strategy assumes a batch to publish, and which leaf it assigns to which
 * voter.
 */
export const STRATEGIES = ['uniform', 'newest', 'oldest', 'newest in order', 'oldest in order'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** The result of guessing, for one contest. */
export interface Score {
  votes: number
  /** Right guesses, less those that the unit's result alone allows. */
  gained: number
  /**
   * Votes that the uniform strategy knows for certain, in units whose result alone does not reveal
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

/** What the entries of each batch reveal to any reader, in their order. */
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
 * Evaluates each strategy, contest by contest.
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
  /** The chance that the vote is still held, for voters not in league. */
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
    const published = ballots.filter((ballot) => ballot.unit === unit && !known.has(ballot.leaf))
    result.push(...published)
    if (published.length > 0) believe(held, beliefs, published, waiting, strategy)
    waiting -= published.length
  }
  score(beliefs, result, scores, strategy === 'uniform')
}

function believe(
  held: Map<Vote, number>,
  beliefs: ReadonlyMap<Vote, Belief>,
  published: readonly Ballot[],
  waiting: number,
  strategy: Strategy,
): void {
  const share = LEADS.map((_, c) => published.filter(({ marks }) => marks[c] === 0).length / published.length)
  if (strategy === 'uniform') {
    for (const [vote, still] of held) {
      const chance = published.length / waiting
      for (const [c, part] of share.entries()) beliefs.get(vote)![c]! += still * chance * part
      held.set(vote, still * (1 - chance))
    }
    return
  }
  const all = [...held.keys()]
  const taken = strategy.startsWith('newest') ? all.slice(-published.length) : all.slice(0, published.length)
  for (const [i, vote] of taken.entries()) {
    const says = strategy.endsWith('in order') ? published[i]!.marks.map((mark) => 1 - mark) : share
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
