/**
 * The units in which ballots are published, and the release rule of protocol version 1, for logs
 * that were begun under it (docs/protocol.md, "Release"; core/log/group-release.ts has the rule of
 * version 2).
 *
 * A unit is a district that entries name, or all unnamed districts of one ballot style, because
 * nothing public distinguishes those. In version 1 a unit is released once it has `suppressBelow`
 * ballots and none of its contests reveals how every voter of the unit voted. Further ballots never
 * undo that, so a released unit stays released. The rule depends only on the counts, so the same
 * ballots in any order give the same answer.
 */
import { ballotStyles, namedDistricts } from '../election/ballot-style.ts'
import { type Choices, choicesReader } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

export interface ReleaseUnits {
  /**
   * The unit's number, by district index: 0 to `count` - 1, in the order of the first district of
   * each unit.
   */
  readonly ofDistrict: Uint16Array
  readonly count: number
}

/** The rule for ballots one after the other. */
export interface ReleaseGate {
  /**
   * Counts `times` ballots of one district that all have these `choices`. Throws as {@link
   * choicesReader} does.
   */
  readonly fold: (district: number, choices: Choices, times?: number) => void
  /** Whether the unit's ballots may be published while voting is open; once true, it stays true. */
  readonly isOpen: (unit: number) => boolean
}

/**
 * Assigns districts to units (docs/protocol.md, "Release").
 * @param issued keys issued per district at the genesis
 */
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

/**
 * Creates the gate of version 1 (docs/protocol.md, "Release").
 * @param issued keys issued per district at the genesis
 */
export function releaseGate(election: Election, issued: ArrayLike<number>): ReleaseGate {
  const below = election.suppressBelow
  const { ofDistrict, count } = releaseUnits(election, issued)
  // The counts of a unit are needed only until it opens.
  const held = Array.from({ length: count }, (): UnitCounts | null => null)
  const open = new Uint8Array(count).fill(below <= 1 ? 1 : 0)
  const marksOf = choicesReader(election)
  return {
    fold: (district, choices, times = 1) => {
      const unit = ofDistrict[district]
      if (unit === undefined) throw new RangeError('the district index of a stored ballot is out of range')
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

/**
 * Applies the rule to a tally: for each unit whether its ballots may be published while voting is
 * open.
 */
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
 * Applies the rule of version 1 to a tally (docs/protocol.md, "Release").
 * @param issued keys issued per district at the genesis
 * @returns for each district index whether its ballots may be published while voting is open
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
  /** By contest index, only the contests of its ballot style. */
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
  // Every ballot of the unit has each contest. If counts come from elsewhere, those of a contest
  // may lag behind.
  for (const contest of unit.contests.values()) if (contest.ballots < below || isAlike(contest)) return false
  return true
}

/** Whether a contest's counts reveal of every voter that they chose some option, or none. */
function isAlike({ ballots, blank, votes }: UnitContest): boolean {
  return blank === ballots || votes.includes(ballots)
}
