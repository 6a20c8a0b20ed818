/**
 * What every chart over time stands in: its place on the page, and round shares and times around
 * it.
 */
import type { ComponentChildren } from 'preact'
import type { Box } from './turnout-scale.ts'
import { useSize } from './use-size.ts'
import { f } from './viewer.ts'

/** What a chart has around it, of a geometry that has more. */
export interface Framed {
  readonly times: readonly { readonly x: number; readonly timeS: number }[]
  readonly stepS: number
  readonly shares: readonly { readonly y: number; readonly share: number }[]
}

/** Where a chart may draw. */
export interface Place {
  readonly box: Box
  /** Labels of times that have room beside one another. */
  readonly most: number
  /** Seconds that the reader's clock is ahead of UTC at the chart's start. */
  readonly offsetS: number
  /** CSS pixels. */
  readonly rem: number
}

interface ChartFrameProps<C extends Framed> {
  /** What is to be seen, for those who do not see it. */
  readonly label: string
  /** Unix seconds. */
  readonly startS: number
  /** Its height. */
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

/** A tick's label is centred under it, or stands at the edge where half of it would be cut off. */
function labelAt(x: number, width: number, rem: number) {
  return x + rem * 2 > width
    ? { x: width, 'text-anchor': 'end' as const }
    : { x, 'text-anchor': 'middle' as const }
}
