/**
 * The units in which ballots are told, and the release rule of version 1 of the protocol, which
 * logs that were begun under it keep to (docs/protocol.md, "Release"; the rule of version 2 is
 * core/log/group-release.ts). Pure.
 *
 * Ballots are held back or told by unit: a district that entries name, or all unnamed districts of
 * one ballot style together, since nothing public tells those apart. In version 1 a unit is
 * released once it has `suppressBelow` ballots and none of its contests says how every one of them
 * voted. More ballots never undo that, so what was told once stays told, and the rule depends on
 * the counts alone: whoever counts the same ballots in any order gets the same answer.
 */
import { ballotStyles, namedDistricts } from '../election/ballot-style.ts'
import { type Choices, choicesReader } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

export interface ReleaseUnits {
  /**
   * The unit's number, by district index: 0 to `count` - 1, in the order in which the districts
   * bring them up.
   */
  readonly ofDistrict: Uint16Array
  readonly count: number
}

/** The rule for ballots that come one after the other. */
export interface ReleaseGate {
  /**
   * Counts `times` ballots of one district that all say `choices`. Throws as {@link choicesReader}
   * does.
   */
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
        contest.ballots += times
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

/** The rule over a tally: whether each unit may be told while voting is open. */
function openUnits(
  election: Election,
  { ofDistrict, count }: ReleaseUnits,
  tally: Pick<TallyCounts, 'contests' | 'perDistrict'>,
): readonly boolean[] {
  const below = election.suppressBelow
  const units = Array.from({ length: count }, (): UnitCounts | null => null)
  for (const [d, unit] of ofDistrict.entries()) {
    units[unit] ??= emptyUnit(election, d)
    const counts = units[unit]
    counts.ballots += tally.perDistrict[d]!
    for (const [c, contest] of counts.contests) {
      const tallied = tally.contests[c]!
      const width = contest.votes.length
      contest.ballots += tallied.ballots[d]!
      contest.blank += tallied.blank[d]!
      for (let j = 0; j < width; j++) contest.votes[j]! += tallied.votes[d * width + j]!
    }
  }
  return units.map((counts) => counts !== null && isReleased(counts, below))
}

/**
 * Whether each district's ballots may be told while voting is open, by district index: those of
 * open units.
 * @param issued keys issued per district when the election was made
 */
export function releasedDistricts(
  election: Election,
  issued: ArrayLike<number>,
  tally: Pick<TallyCounts, 'contests' | 'perDistrict'>,
): readonly boolean[] {
  if (election.suppressBelow <= 1) return election.districts.map(() => true)
  const units = releaseUnits(election, issued)
  const open = openUnits(election, units, tally)
  return election.districts.map((_, d) => open[units.ofDistrict[d]!]!)
}

interface UnitCounts {
  ballots: number
  /** By contest index, the contests of its ballot style only. */
  readonly contests: ReadonlyMap<number, UnitContest>
}

interface UnitContest {
  ballots: number
  blank: number
  readonly votes: Float64Array
}

function emptyUnit(election: Pick<Election, 'contests'>, district: number): UnitCounts {
  const contests = new Map<number, UnitContest>()
  for (const [c, contest] of election.contests.entries())
    if (contest.districts === null || contest.districts.has(district))
      contests.set(c, { ballots: 0, blank: 0, votes: new Float64Array(contest.options.length) })
  return { ballots: 0, contests }
}

function isReleased(unit: UnitCounts, below: number): boolean {
  if (unit.ballots < below) return false
  // Every ballot of the unit carries each contest. Where counts come from elsewhere, a contest's
  // may be behind.
  for (const contest of unit.contests.values()) if (contest.ballots < below || isAlike(contest)) return false
  return true
}

/** Whether a contest's counts say of every voter that they chose some option, or none. */
function isAlike({ ballots, blank, votes }: UnitContest): boolean {
  return blank === ballots || votes.includes(ballots)
}
