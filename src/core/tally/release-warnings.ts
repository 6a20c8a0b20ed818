/**
 * Warnings about small districts that an organiser should read before the keys are sent, one line
 * each.
 */
import type { Election } from '../election/definition.ts'
import { releaseUnits } from './release.ts'

/** The most districts named in a line. */
const NAMED = 3
/** The most units listed that publish at most one group before the end. */
const LISTED = 20
/**
 * Before the end, a unit with n ballots publishes max(0, ⌊n/k⌋ − 1) groups of k: none with fewer
 * than 2k ballots, one with fewer than 3k.
 */
const NONE_TOLD_BELOW = 2
const ONE_TOLD_BELOW = 3

/**
 * @param issued keys issued per district, in definition order
 * @returns the warnings (docs/protocol.md, "Release")
 */
export function releaseWarnings(election: Election, issued: ArrayLike<number>): string[] {
  const below = election.suppressBelow
  if (below <= 1) return []
  const small = smallDistricts(election, issued)
  const few = `fewer than ${below} voters (suppress_below)`
  const { ofDistrict, count } = releaseUnits(election, issued)
  const votersIn = (districts: readonly number[]) => districts.reduce((sum, d) => sum + issued[d]!, 0)
  const nameOf = (d: number) => `“${election.districts[d]!.id}”`
  const all = votersIn([...election.districts.keys()])
  if (count === 1 && all < below)
    return [
      `the election has ${few}: its ballots are counted only after the close, and can then reveal ` +
        'how these few people voted',
    ]

  const pools = [...Map.groupBy(small, (d) => ofDistrict[d]!).values()]
  const alone = pools.filter((pool) => pool.length === 1).map(([d]) => d!)
  const scanty = pools.filter((pool) => pool.length > 1 && votersIn(pool) < below)
  const lines: string[] = []
  if (small.length > 0)
    lines.push(
      `${small.length === 1 ? '1 district has' : `${small.length} districts have`} ${few}, and no count of ` +
        `${small.length === 1 ? 'its' : 'their'} own, only in the totals: ${someOf(small.map(nameOf))}`,
    )
  if (scanty.length > 0)
    lines.push(
      `even together these have ${few}, so their ballots are counted only after the close: ` +
        someOf(scanty.map((pool) => `${someOf(pool.map(nameOf))} (${votersIn(pool)} voters)`)),
    )
  if (alone.length > 0)
    lines.push(
      'no other small district votes in the same contests, so a ballot reveals its district and is ' +
        `counted only after the close: ${someOf(alone.map((d) => `${nameOf(d)} (${issued[d]} voters)`))}`,
    )
  return [...lines, ...fewGroups(election, issued)]
}

/**
 * Units that publish no ballots while voting is open, or one group, and the rest at once after it.
 */
function fewGroups(election: Election, issued: ArrayLike<number>): string[] {
  if (election.results !== 'live') return []
  const k = election.suppressBelow
  const { ofDistrict } = releaseUnits(election, issued)
  const units = [...Map.groupBy(election.districts.keys(), (d) => ofDistrict[d]!).values()]
    .map((members) => members.filter((d) => issued[d]! > 0))
    .map((members) => ({ members, voters: members.reduce((sum, d) => sum + issued[d]!, 0) }))
  const listed = (from: number, below: number): string => {
    const few = units.filter(({ voters }) => voters >= from && voters < below)
    return someOf(
      few.map(({ members, voters }) => `${unitName(election, members)} (${voters} voters)`),
      LISTED,
    )
  }
  const none = listed(k, NONE_TOLD_BELOW * k)
  const one = listed(NONE_TOLD_BELOW * k, ONE_TOLD_BELOW * k)
  return [
    ...(none === ''
      ? []
      : [
          `with fewer than ${NONE_TOLD_BELOW * k} voters (twice suppress_below) no ballots are ` +
            `counted while voting is open, and all at once after it: ${none}`,
        ]),
    ...(one === ''
      ? []
      : [
          `with fewer than ${ONE_TOLD_BELOW * k} voters (three times suppress_below) at most one ` +
            `group of ${k} ballots is counted while voting is open, once ${NONE_TOLD_BELOW * k} have ` +
            `voted, and all others at once after it: ${one}`,
        ]),
  ]
}

function unitName(election: Election, members: readonly number[]): string {
  return members.length === 1
    ? `“${election.districts[members[0]!]!.id}”`
    : `${members.length} small districts`
}

/** Districts with voters, but too few for log entries to name them. */
function smallDistricts(election: Election, issued: ArrayLike<number>): number[] {
  return [...election.districts.keys()].filter((d) => issued[d]! > 0 && issued[d]! < election.suppressBelow)
}

function someOf(words: readonly string[], most = NAMED): string {
  const named = words.slice(0, most).join(', ')
  return words.length > most ? `${named} and ${words.length - most} more` : named
}
