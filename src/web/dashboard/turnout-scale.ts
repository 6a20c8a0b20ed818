/** The geometry of the turnout chart: round ticks, and the curve as SVG path data. */

/** Unix seconds and ballots cast by then. */
export type TurnoutPoint = readonly [timeS: number, cast: number]

const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
  604_800,
]

/** The round number of seconds that divides `spanS` into at most `most` parts. */
export function timeStep(spanS: number, most: number): number {
  const least = spanS / Math.max(1, most)
  return STEPS_S.find((step) => step >= least) ?? Math.ceil(least / 604_800) * 604_800
}

/**
 * Round times within [startS, endS], at hours and midnights of a time zone `offsetS` seconds ahead
 * of UTC.
 */
export function timeTicks(startS: number, endS: number, stepS: number, offsetS: number): number[] {
  const ticks: number[] = []
  for (let tick = Math.ceil((startS + offsetS) / stepS) * stepS - offsetS; tick <= endS; tick += stepS)
    ticks.push(tick)
  return ticks
}

/**
 * Shares from 0 in steps of 1, 2 or 5 tenths, hundredths … up to the first that reaches `highest`,
 * never past 1.
 */
export function shareTicks(highest: number): number[] {
  const target = Math.min(1, Math.max(highest, 0.0001)) / 4
  const power = 10 ** Math.floor(Math.log10(target) + 1e-9)
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= target * (1 - 1e-9))!
  const ticks: number[] = []
  for (let i = 0; ; i++) {
    const tick = Number(Math.min(1, i * step).toPrecision(12))
    ticks.push(tick)
    if (i > 0 && (tick >= highest || tick >= 1)) return ticks
  }
}

/**
 * The points up to the moment of the snapshot, which is the last point. The server dates a point at
 * the end of its interval, which may still be in the future. Between changes the curve continues to
 * now.
 */
export function pointsUntil(
  points: readonly TurnoutPoint[],
  asOfS: number,
  cast: number,
): readonly TurnoutPoint[] {
  if (points.length === 0 && cast === 0) return []
  return [...points.filter(([timeS]) => timeS < asOfS), [asOfS, cast]]
}

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface TurnoutChart {
  readonly line: string
  readonly area: string
  readonly end: { readonly x: number; readonly y: number }
  readonly times: readonly { readonly x: number; readonly timeS: number }[]
  readonly stepS: number
  readonly shares: readonly { readonly y: number; readonly share: number }[]
  /** The coordinates of a moment and of a share. */
  readonly x: (timeS: number) => number
  readonly y: (share: number) => number
}

/**
 * @param points at least one
 * @param eligible above 0
 */
export function turnoutChart(
  points: readonly TurnoutPoint[],
  eligible: number,
  box: Box,
  most: number,
  offsetS: number,
): TurnoutChart {
  const startS = points[0]![0]
  const endS = Math.max(points.at(-1)![0], startS + 1)
  const shares = shareTicks(points.at(-1)![1] / eligible)
  const top = shares.at(-1)!
  const x = (timeS: number) => round(box.left + ((timeS - startS) / (endS - startS)) * (box.right - box.left))
  const y = (share: number) => round(box.bottom - (Math.min(share, top) / top) * (box.bottom - box.top))
  const line = points
    .map(([timeS, cast], i) => `${i === 0 ? 'M' : 'L'}${x(timeS)} ${y(cast / eligible)}`)
    .join('')
  const stepS = timeStep(endS - startS, most)
  const end = { x: x(points.at(-1)![0]), y: y(points.at(-1)![1] / eligible) }
  return {
    line,
    area: `${line}L${end.x} ${box.bottom}L${x(startS)} ${box.bottom}Z`,
    end,
    times: timeTicks(startS, endS, stepS, offsetS).map((timeS) => ({ x: x(timeS), timeS })),
    stepS,
    x,
    y,
    shares: shares.map((share) => ({ y: y(share), share })),
  }
}

const round = (n: number) => Math.round(n * 10) / 10
