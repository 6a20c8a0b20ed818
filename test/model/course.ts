/**
 * The course of an election as far as secrecy goes: voters come one by one, the publisher tells,
 * and everything public is recorded as it appears. No gateways, no failures: those are the other
 * half of the model (box.ts).
 */
import {
  DISTRICTS,
  LEADS,
  NAMED,
  readEntry,
  someMarks,
  UNITS,
  unitOf,
  type Vote,
  voteOf,
} from './election.ts'
import type { Faults } from './faults.ts'
import { published, publishedNext } from './release.ts'
import { chance } from './world.ts'

export interface Setting {
  readonly seed: number
  readonly k: number
  readonly voters: number
  readonly results: 'live' | 'after-close'
  readonly faults: Faults
  /** Everybody's choices turned round, everything else the same. */
  readonly turned?: boolean
}

/** Counts by contest, then option, of ballots told; null where nothing may be shown. */
export type Counts = readonly (readonly number[])[] | null

/** All that is public at one moment. */
export interface PublicState {
  /** Ballots cast per district: live in both kinds of election. */
  readonly turnout: readonly number[]
  /** Its size, which names it: of one log there is one tree of a size. */
  readonly checkpoint: number | null
  readonly counts: Counts
  readonly held: number
  /** The counts at past checkpoints. */
  readonly history: readonly { readonly size: number; readonly counts: Counts }[]
  readonly metrics: { readonly cast: number; readonly leaves: number; readonly batches: number }
}

export interface Batch {
  /** Ballots stored when it was decided: granted to the observer, who could not read it exactly. */
  readonly upTo: number
  readonly entries: readonly string[]
}

export interface Course {
  readonly setting: Setting
  /** In the order in which they voted. */
  readonly votes: readonly Vote[]
  readonly batches: readonly Batch[]
  /** How many of the batches come before the end; one may follow. */
  readonly beforeEnd: number
  readonly states: readonly PublicState[]
}

/** Where voters live: north has half of them, south most of the rest, the pool some. */
const WEIGHTS = [0.5, 0.3, 0.05, 0.05, 0.05, 0.05]

export function course(setting: Setting): Course {
  const { seed, k, voters, results, faults } = setting
  const arrivals = chance(seed)
  const choices = chance(seed ^ 0xc401ce)
  const secret = chance(seed ^ 0x5ec4e7).bytes(32)
  const votes: Vote[] = []
  const batches: Batch[] = []
  const states: PublicState[] = []
  const held: Vote[][] = Array.from({ length: UNITS }, () => [])
  const publishedOf = new Array<number>(UNITS).fill(0)
  const turnout = DISTRICTS.map(() => 0)
  const history: { size: number; counts: Counts }[] = []
  const entries: string[] = ['genesis']

  const put = (some: readonly Vote[]) => {
    const batch = published(some, faults).map(({ entry }) => entry)
    entries.push(...batch)
    batches.push({ upTo: votes.length, entries: batch })
    history.push({ size: entries.length, counts: added(history.at(-1)?.counts ?? null, some) })
  }
  const tell = () => {
    const chosen = new Set<Vote>()
    for (const [unit, waiting] of held.entries())
      for (const vote of publishedNext({ held: waiting, told: publishedOf[unit]! }, k, secret, faults))
        chosen.add(vote)
    if (chosen.size === 0) return
    for (const { unit } of chosen) publishedOf[unit]!++
    for (const [unit, waiting] of held.entries()) held[unit] = waiting.filter((vote) => !chosen.has(vote))
    put(votes.filter((vote) => chosen.has(vote)))
  }
  const shown = (complete: boolean): Counts => {
    if (results === 'after-close' && !complete) return null
    return faults.countsBesideLog ? added(null, votes) : (history.at(-1)?.counts ?? null)
  }
  const look = (complete: boolean) => {
    const counts = shown(complete)
    states.push({
      turnout: [...turnout],
      checkpoint: history.length === 0 ? null : entries.length,
      counts,
      held: votes.length - (entries.length - 1),
      history: counts === null ? [] : [...history],
      metrics: { cast: votes.length, leaves: entries.length - 1, batches: batches.length },
    })
  }

  for (let voter = 0; voter < voters; voter++) {
    const home = livesIn(arrivals.next())
    // A small district has k - 1 keys.
    const district = home < NAMED || turnout[home]! < k - 1 ? home : 0
    const nonce = arrivals.bytes(16).toString('hex')
    const marks = someMarks(choices).map((mark) => (setting.turned ? 1 - mark : mark))
    votes.push(voteOf(voter, district, marks, nonce))
    held[unitOf(district)]!.push(votes.at(-1)!)
    turnout[district]!++
    // Some batches come after each ballot, some after several.
    if (results === 'live' && arrivals.next() < 0.7) tell()
    if (voter % 16 === 0) look(false)
  }
  look(false)
  // The end: all that is held, at once.
  const waiting = new Set(held.flat())
  const beforeEnd = batches.length
  const rest = votes.filter((vote) => waiting.has(vote))
  if (rest.length > 0) put(rest)
  look(true)
  return { setting, votes, batches, beforeEnd, states }
}

function livesIn(place: number): number {
  let below = 0
  for (const [d, weight] of WEIGHTS.entries()) {
    below += weight
    if (place < below) return d
  }
  return 0
}

/** What the ballots among these entries say. */
export function countsOf(entries: readonly string[]): Counts {
  return added(
    null,
    entries.flatMap((entry) => readEntry(entry) ?? []),
  )
}

function added(before: Counts, ballots: readonly { readonly marks: readonly number[] }[]): Counts {
  const counts = before === null ? LEADS.map(() => [0, 0]) : before.map((contest) => [...contest])
  for (const { marks } of ballots) for (const [contest, mark] of marks.entries()) counts[contest]![mark]!++
  return counts
}
