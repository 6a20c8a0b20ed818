/**
 * The frame of every chart over time: its place on the page, and axes with round shares and times.
 */
import type { ComponentChildren } from 'preact'
import type { Box } from './turnout-scale.ts'
import { useSize } from './use-size.ts'
import { f } from './viewer.ts'

/** The parts of a chart's geometry that the frame draws. */
export interface Framed {
  readonly times: readonly { readonly x: number; readonly timeS: number }[]
  readonly stepS: number
  readonly shares: readonly { readonly y: number; readonly share: number }[]
}

/** The area in which a chart may draw. */
export interface Place {
  readonly box: Box
  /** How many labels of times fit beside one another. */
  readonly most: number
  /** Seconds by which the reader's time zone is ahead of UTC at the chart's start. */
  readonly offsetS: number
  /** CSS pixels. */
  readonly rem: number
}

interface ChartFrameProps<C extends Framed> {
  /** A description of the chart for screen readers. */
  readonly label: string
  /** Unix seconds. */
  readonly startS: number
  /** Height of the chart, in rems. */
  readonly rems: number
  readonly plan: (place: Place) => C
  readonly children: (chart: C, place: Place) => ComponentChildren
}

export function ChartFrame<C extends Framed>({ label, startS, rems, plan, children }: ChartFrameProps<C>) {
  const { ref, width, rem } = useSize<HTMLDivElement>()
  const height = Math.round(rem * rems)
  const box = { left: rem * 3.2, right: width - rem, top: rem * 0.7, bottom: height - rem * 1.7 }
  const offsetS = -new Date(startS * 1000).getTimezoneOffset() * 60
  const most = Math.max(1, Math.floor((box.right - box.left) / (rem * 5)))
  const place = { box, most, offsetS, rem }
  const draw = () => {
    const chart = plan(place)
    return (
      <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        {chart.shares.map(({ y, share }) => (
          <g key={share}>
            <line class="grid" x1={box.left} x2={box.right} y1={y} y2={y} />
            <text x={box.left - rem * 0.5} y={y} dy="0.35em" text-anchor="end">
              {f.axisShare(share)}
            </text>
          </g>
        ))}
        {chart.times.map(({ x, timeS }) => (
          <g key={timeS}>
            <line class="tick" x1={x} x2={x} y1={box.bottom} y2={box.bottom + rem * 0.3} />
            <text {...labelAt(x, width, rem)} y={height - rem * 0.35}>
              {f.axisTime(timeS, chart.stepS)}
            </text>
          </g>
        ))}
        {children(chart, place)}
      </svg>
    )
  }
  return (
    <div class="chart" ref={ref} style={{ height: `${rems}rem` }}>
      {width > 0 && draw()}
    </div>
  )
}

/** Centres a label under its tick. A label that the edge would cut is aligned with the edge. */
function labelAt(x: number, width: number, rem: number) {
  return x + rem * 2 > width
    ? { x: width, 'text-anchor': 'end' as const }
    : { x, 'text-anchor': 'middle' as const }
}
