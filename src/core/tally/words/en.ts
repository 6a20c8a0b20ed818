/** Results in English. */

import type { Threshold } from '../../election/share.ts'
import type { Figure, OutcomeWords } from '../outcome-words.ts'

const plurals = new Intl.PluralRules('en')
const some = (n: Figure, one: string, other: string) =>
  `${n.text} ${plurals.select(n.value) === 'one' ? one : other}`
const votes = (n: Figure) => some(n, 'vote', 'votes')
const ballots = (n: Figure) => some(n, 'ballot', 'ballots')
const are = (n: number) => (n === 1 ? 'is' : 'are')

const FRACTIONS: Readonly<Record<string, string>> = {
  ...{ '1/2': 'half', '1/3': 'a third', '2/3': 'two thirds', '1/4': 'a quarter', '3/4': 'three quarters' },
  '1/1': 'all',
}
const WHOLES = { votes: 'the votes given', ballots: 'the ballots', eligible: 'those eligible' } as const

const share = ({ is, fraction: { numerator, denominator }, of }: Threshold) => {
  const by = `${numerator}/${denominator}`
  const part = FRACTIONS[by] ?? (denominator === 100 ? `${numerator} %` : by)
  return `${is === 'more_than' ? 'more than' : 'at least'} ${part} of ${WHOLES[of]}`
}

export const en: OutcomeWords = {
  noVotesYet: 'No votes counted yet.',
  noVotes: 'No votes.',
  elected: (names, n) => `${names} ${are(n)} elected.`,
  electedByLot: (names, n) => `${names} ${are(n)} elected by lot after a tie.`,
  vacant: (seats) => `${some(seats, 'seat stays', 'seats stay')} vacant.`,
  nobody: 'No option is elected.',
  nobodyYet: 'Among the votes counted so far, no option has enough.',
  passed: 'Passed.',
  rejected: 'Rejected.',
  wouldPass: 'By the votes counted so far it would pass.',
  wouldFail: 'By the votes counted so far it would be rejected.',
  ahead: (first, second, margin, points) =>
    `Among the votes counted so far, ${first} leads ${second} by ${votes(margin)} (${points} points).`,
  aheadAtLastSeat: (seats, last, next, margin, points) =>
    `Among the votes counted so far, ${last} leads ${next} by ${votes(margin)} (${points} ` +
    `points) for the last of ${seats.text} seats.`,
  wonBy: (second, margin, points) => `${votes(margin)} (${points} points) ahead of ${second}.`,
  lastSeatBy: (seats, last, next, margin, points) =>
    `For the last of ${seats.text} seats, ${last} was ${votes(margin)} (${points} points) ahead of ${next}.`,
  inFront: (names, n) => `Among the votes counted so far, ${names} ${n === 1 ? 'leads' : 'lead'}.`,
  tied: (names) => `Tied for first: ${names}.`,
  tiedForLast: (left, seats, names) =>
    left.value === 1
      ? `Tied for the last of ${seats.text} seats: ${names}.`
      : `Tied for the last ${left.text} of ${seats.text} seats: ${names}.`,
  notDecidedByLot: 'The tie is not decided.',
  noneAhead: (none) => `“${none}” has more votes, and takes no seat.`,
  quorumMissed: (took, needed, of) =>
    `Quorum not reached: ${took}, ${needed.text} needed${of === null ? '' : ` (${of})`}.`,
  quorumNotYet: (took, needed, of) =>
    `Quorum not reached yet: ${took}, ${needed.text} needed${of === null ? '' : ` (${of})`}.`,
  needs: (has, needed, of) => `Needed: ${votes(needed)} (${of}); the most any has: ${has.text}.`,
  needsOf: (name, has, needed, of) => `${name}: ${votes(has)}; needed: ${needed.text} (${of}).`,
  ballots,
  marked: (n) => some(n, 'ballot that marks something', 'ballots that mark something'),
  share,
  canStillChange: (left) => `Can still change: ${ballots(left)} outstanding.`,
  cannotChange: (left) => `Can no longer change: ${ballots(left)} outstanding.`,
  andMore: (n) => `${n.text} more`,
}
