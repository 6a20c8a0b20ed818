/**
 * The release rule: which ballots may be told while voting is open, in the log, the tally, the feed and every export
 * alike (docs/protocol.md, "Release"). Pure.
 *
 * Ballots are held back or told by unit: a district that entries name, or all unnamed districts of one ballot style
 * together, since nothing public tells those apart. A unit is released once it has `suppressBelow` ballots and none of
 * its contests says how every one of them voted. More ballots never undo that, so what was told once stays told, and
 * the rule depends on the counts alone: whoever counts the same ballots in any order gets the same answer.
 */
import { ballotStyles } from '../election/ballot-style.ts'
import { type Choices, choicesReader } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'
import { namedDistricts } from '../log/entry.ts'
import type { PluralityTally } from './plurality.ts'

export interface ReleaseUnits {
  /** The unit's number, by district index: 0 to `count` - 1, in the order in which the districts bring them up. */
  readonly ofDistrict: Uint16Array
  readonly count: number
}

/** The rule for ballots that come one after the other. */
export interface ReleaseGate {
  /** Counts `times` ballots of one district that all say `choices`. Throws as {@link choicesReader} does. */
  readonly fold: (district: number, choices: Choices, times?: number) => void
  /** Whether the unit's ballots may be told while voting is open; once true it stays so. */
  readonly isOpen: (unit: number) => boolean
}

/** @param issued keys issued per district when the election was made */
export function releaseUnits(
  election: Pick<Election, 'districts' | 'contests' | 'suppressBelow'>,
  issued: ArrayLike<number>,
): ReleaseUnits {
  const named = namedDistricts(election, issued)
  const styles = ballotStyles(election).ofDistrict
  const ofDistrict = new Uint16Array(election.districts.length)
  const pools = new Map<string, number>()
  let count = 0
  for (let d = 0; d < ofDistrict.length; d++) {
    const pool = named[d] ? undefined : pools.get(styles[d]!)
    ofDistrict[d] = pool ?? count
    if (pool !== undefined) continue
    if (!named[d]) pools.set(styles[d]!, count)
    count++
  }
  return { ofDistrict, count }
}

/** @param issued keys issued per district when the election was made */
export function releaseGate(election: Election, issued: ArrayLike<number>): ReleaseGate {
  const below = election.suppressBelow
  const { ofDistrict, count } = releaseUnits(election, issued)
  // Counts of a unit are kept only until it is open.
  const held = Array.from({ length: count }, (): UnitCounts | null => null)
  const open = new Uint8Array(count).fill(below <= 1 ? 1 : 0)
  const marksOf = choicesReader(election)
  return {
    fold: (district, choices, times = 1) => {
      const unit = ofDistrict[district]
      if (unit === undefined) throw new RangeError('a stored ballot names no district')
      if (open[unit] === 1) return
      held[unit] ??= emptyUnit(election, district)
      const counts = held[unit]
      const marks = marksOf(choices)
      counts.ballots += times
      for (const [c, contest] of counts.contests) {
        if (marks[c]!.length === 0) contest.blank += times
        for (const option of marks[c]!) contest.votes[option]! += times
      }
      if (!isReleased(counts, below)) return
      open[unit] = 1
      held[unit] = null
    },
    isOpen: (unit) => open[unit] === 1,
  }
}

/** The same rule over a tally: whether each unit of `units` may be told while voting is open. */
export function openUnits(
  election: Election,
  { ofDistrict, count }: ReleaseUnits,
  tally: Pick<PluralityTally, 'contests' | 'perDistrict'>,
): readonly boolean[] {
  const below = election.suppressBelow
  if (below <= 1) return new Array<boolean>(count).fill(true)
  const units = Array.from({ length: count }, (): UnitCounts | null => null)
  for (const [d, unit] of ofDistrict.entries()) {
    units[unit] ??= emptyUnit(election, d)
    const counts = units[unit]
    counts.ballots += tally.perDistrict[d]!
    for (const [c, contest] of counts.contests) {
      const tallied = tally.contests[c]!
      const width = contest.votes.length
      contest.blank += tallied.blank[d]!
      for (let j = 0; j < width; j++) contest.votes[j]! += tallied.votes[d * width + j]!
    }
  }
  return units.map((counts) => counts !== null && isReleased(counts, below))
}

interface UnitCounts {
  ballots: number
  /** By contest index, the contests of its ballot style only: every ballot of the unit carries each. */
  readonly contests: ReadonlyMap<number, { blank: number; readonly votes: Float64Array }>
}

function emptyUnit(election: Pick<Election, 'contests'>, district: number): UnitCounts {
  const contests = new Map<number, { blank: number; readonly votes: Float64Array }>()
  for (const [c, contest] of election.contests.entries())
    if (contest.districts === null || contest.districts.has(district))
      contests.set(c, { blank: 0, votes: new Float64Array(contest.options.length) })
  return { ballots: 0, contests }
}

function isReleased({ ballots, contests }: UnitCounts, below: number): boolean {
  if (ballots < below) return false
  for (const { blank, votes } of contests.values())
    if (blank === ballots || votes.includes(ballots)) return false
  return true
}
