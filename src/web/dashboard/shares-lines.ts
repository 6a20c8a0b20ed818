/**
 * The shares of a contest at every moment for which the server kept its count, and the geometry of
 * their chart.
 */
import type { ContestSnapshot } from '../../core/status/snapshot.ts'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import { rankContest } from './ranking.ts'
import { type Box, shareTicks, type TurnoutPoint, timeStep, timeTicks } from './turnout-scale.ts'

/** More lines cannot be distinguished: only those of the present leaders are drawn. */
export const MOST_LINES = 8

/** A share, or turnout, at moments in Unix seconds. */
export type SharePoint = readonly [timeS: number, share: number]

export interface ShareLine {
  /** The option's place in the definition. */
  readonly index: number
  readonly points: readonly SharePoint[]
}

/** Lines by present share, highest first; empty if the server kept fewer than two moments. */
export function shareLines(contest: ContestSnapshot, history: HistorySnapshot | null): ShareLine[] {
  const kept = history?.contests?.find(({ id }) => id === contest.id)
  if (!kept || history!.times.length < 2 || kept.votes.length !== contest.options.length) return []
  const wholes = history!.times.map((_, m) =>
    contest.share_of === 'ballots' ? kept.ballots[m]! : kept.votes.reduce((sum, votes) => sum + votes[m]!, 0),
  )
  return rankContest(contest)
    .slice(0, MOST_LINES)
    .map(({ index }) => ({
      index,
      points: history!.times.flatMap((timeS, m) =>
        wholes[m] === 0 ? [] : [[timeS, kept.votes[index]![m]! / wholes[m]!] as const],
      ),
    }))
}

export interface SharesChart {
  readonly lines: readonly { readonly index: number; readonly d: string }[]
  /** Turnout over the same time. */
  readonly turnout: string
  readonly times: readonly { readonly x: number; readonly timeS: number }[]
  readonly stepS: number
  readonly shares: readonly { readonly y: number; readonly share: number }[]
}

/** @param lines at least one, of at least one point */
export function sharesChart(
  lines: readonly ShareLine[],
  turnout: readonly TurnoutPoint[],
  eligible: number,
  box: Box,
  most: number,
  offsetS: number,
): SharesChart {
  const all = lines.flatMap(({ points }) => points)
  const startS = Math.min(...all.map(([timeS]) => timeS))
  const endS = Math.max(startS + 1, ...all.map(([timeS]) => timeS))
  const took = turnout
    .filter(([timeS]) => timeS >= startS && timeS <= endS)
    .map(([timeS, cast]) => [timeS, eligible === 0 ? 0 : cast / eligible] as const)
  const ticks = shareTicks(Math.max(...all.map(([, share]) => share), ...took.map(([, share]) => share)))
  const x = (timeS: number) => round(box.left + ((timeS - startS) / (endS - startS)) * (box.right - box.left))
  const y = (share: number) => round(box.bottom - (share / ticks.at(-1)!) * (box.bottom - box.top))
  const path = (points: readonly SharePoint[]) =>
    points.map(([timeS, share], i) => `${i === 0 ? 'M' : 'L'}${x(timeS)} ${y(share)}`).join('')
  const stepS = timeStep(endS - startS, most)
  return {
    lines: lines.map(({ index, points }) => ({ index, d: path(points) })),
    turnout: path(took),
    times: timeTicks(startS, endS, stepS, offsetS).map((timeS) => ({ x: x(timeS), timeS })),
    stepS,
    shares: ticks.map((share) => ({ y: y(share), share })),
  }
}

const round = (n: number) => Math.round(n * 10) / 10
