/**
 * What one course of an election breaks of docs/invariants.md, "Groups of k", and how much an
 * observer reads.
 */
import { type Course, countsOf, course, type PublicState, type Setting } from './course.ts'
import { LEADS, readEntry, UNITS } from './election.ts'
import type { Assertion } from './faults.ts'
import { noScore, observe, type Score, type Strategy } from './observer.ts'
import { told } from './release.ts'

export interface Breach {
  readonly assertion: Assertion
  readonly detail: string
}

/** Assertions that one course can break by itself. */
export function breaches(one: Course): readonly Breach[] {
  return [...figures(one), ...groups(one), ...orders(one), ...turned(one)]
}

/** Every figure about choices is the count of the ballots under one checkpoint. */
function figures({ states, batches, setting }: Course): readonly Breach[] {
  const entries = ['genesis', ...batches.flatMap((batch) => batch.entries)]
  const isOf = (counts: unknown, size: number) =>
    JSON.stringify(counts) === JSON.stringify(countsOf(entries.slice(0, size)))
  return states.flatMap(({ counts, checkpoint, held, metrics, history }, i): Breach[] => {
    const last = i === states.length - 1
    const wrong = (detail: string): Breach => ({
      assertion: 'figure-of-no-checkpoint',
      detail: `state ${i}: ${detail}`,
    })
    if (setting.results === 'after-close' && !last)
      return counts === null && history.length === 0 && metrics.leaves === 0
        ? []
        : [wrong('told before the end')]
    if (counts === null) return checkpoint === null ? [] : [wrong('nothing shown of a checkpoint')]
    if (checkpoint === null || !isOf(counts, checkpoint)) return [wrong('counts of no checkpoint')]
    if (held !== metrics.cast - (checkpoint - 1)) return [wrong('held is not cast less told')]
    return history.every((moment) => isOf(moment.counts, moment.size))
      ? []
      : [wrong('a moment of no checkpoint')]
  })
}

/** Each unit has told exactly T(n) with every batch before the end. */
function groups({ votes, batches, beforeEnd, setting }: Course): readonly Breach[] {
  const publishedOf = new Array<number>(UNITS).fill(0)
  return batches.slice(0, beforeEnd).flatMap(({ upTo, entries }, i): Breach[] => {
    for (const entry of entries) publishedOf[readEntry(entry)!.unit]!++
    const wrong = publishedOf.findIndex((count, unit) => {
      const stored = votes.slice(0, upTo).filter((vote) => vote.unit === unit).length
      return count !== told(stored, setting.k)
    })
    return wrong < 0
      ? []
      : [{ assertion: 'told-otherwise', detail: `batch ${i}, unit ${wrong} has told ${publishedOf[wrong]}` }]
  })
}

/** A batch stands by leaf hash, which says nothing of arrival. */
function orders({ votes, batches }: Course): readonly Breach[] {
  const leafOf = new Map(votes.map(({ entry, leaf }) => [entry, leaf]))
  const ascends = (entries: readonly string[]) =>
    entries.every(
      (entry, i) => i === 0 || Buffer.compare(leafOf.get(entries[i - 1]!)!, leafOf.get(entry)!) < 0,
    )
  return batches.flatMap(({ entries }, i): Breach[] =>
    ascends(entries)
      ? []
      : [{ assertion: 'order-says-arrival', detail: `batch ${i} does not ascend by leaf hash` }],
  )
}

/**
 * With everybody's choices turned round, the same things happen at the same moments: nothing public
 * but the counts moves.
 */
function turned(one: Course): readonly Breach[] {
  const other = course({ ...one.setting, turned: true })
  const at = one.states.findIndex((state, i) => shape(state) !== shape(other.states[i]!))
  return at < 0
    ? []
    : [
        {
          assertion: 'choices-move-something',
          detail: `state ${at}: ${shape(one.states[at]!)} or ${shape(other.states[at]!)}`,
        },
      ]
}

/** All that is public but what ballots say. */
function shape({ turnout, checkpoint, held, metrics, history, counts }: PublicState): string {
  const shown = counts === null ? null : counts.map((contest) => contest.reduce((a, b) => a + b, 0))
  return JSON.stringify([turnout, checkpoint, held, metrics, history.map(({ size }) => size), shown])
}

/** What every strategy comes to over many courses, and how the last rests look. */
export interface Measured {
  readonly courses: number
  readonly scores: ReadonlyMap<Strategy, readonly Score[]>
  /** Per contest: units told in groups, and how many of their last rests were all alike. */
  readonly rests: readonly { units: number; alike: number }[]
}

/** @param league the share of voters who show the observer their receipts */
export function measure(setting: Omit<Setting, 'seed'>, seeds: readonly number[], league = 0): Measured {
  const scores = new Map<Strategy, Score[]>()
  const rests = LEADS.map(() => ({ units: 0, alike: 0 }))
  for (const seed of seeds) {
    const one = course({ ...setting, seed })
    const inLeague = new Set(
      one.votes.map(({ voter }) => voter).filter((voter) => (voter * 7919 + seed) % 100 < league * 100),
    )
    for (const [strategy, found] of observe(one, inLeague)) {
      const total = scores.get(strategy) ?? LEADS.map(noScore)
      scores.set(strategy, total)
      for (const [c, { votes, gained, certain }] of found.entries()) {
        total[c]!.votes += votes
        total[c]!.gained += gained
        total[c]!.certain += certain
      }
    }
    countRests(one, rests)
  }
  return { courses: seeds.length, scores, rests }
}

function countRests({ batches, beforeEnd }: Course, rests: Measured['rests']): void {
  const last = (batches[beforeEnd]?.entries ?? []).map((entry) => readEntry(entry)!)
  const before = new Set(
    batches.slice(0, beforeEnd).flatMap(({ entries }) => entries.map((entry) => readEntry(entry)!.unit)),
  )
  for (const unit of before) {
    const rest = last.filter((ballot) => ballot.unit === unit)
    for (const [c, counted] of rests.entries()) {
      counted.units++
      if (rest.every(({ marks }) => marks[c] === rest[0]!.marks[c])) counted.alike++
    }
  }
}

/** Right guesses of the best strategy, less those from unit results alone, per vote. */
export function advantage(
  { scores }: Measured,
  contest: number,
): { readonly strategy: Strategy; readonly perVote: number } {
  const each = [...scores].map(([strategy, found]) => ({
    strategy,
    perVote: found[contest]!.gained / Math.max(1, found[contest]!.votes),
  }))
  return each.reduce((best, one) => (one.perVote > best.perVote ? one : best))
}
