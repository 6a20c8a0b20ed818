/** The shares of a contest over time, beside turnout: lines from the same moments as the look-back slider's. */
import type { ComponentChildren } from 'preact'
import type { ContestSnapshot } from '../../core/status/snapshot.ts'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import { optionColor, PALETTE } from './palette.ts'
import { type ShareLine, shareLines, sharesChart } from './shares-lines.ts'
import type { TurnoutPoint } from './turnout-scale.ts'
import { useSize } from './use-size.ts'
import { f, t } from './viewer.ts'

interface SharesChartProps {
  readonly contest: ContestSnapshot
  readonly history: HistorySnapshot | null
  readonly points: readonly TurnoutPoint[]
  readonly eligible: number
}

const REMS = 14
/** Lines of one colour are told apart by their dashes. */
const DASHES = [undefined, '7 4', '2 4', '10 3 2 3'] as const

export function SharesChart({ history, ...rest }: SharesChartProps) {
  const lines = shareLines(rest.contest, history)
  if (lines.length === 0) return <p class="hint">{t.sharesNone}</p>
  return <Lines lines={lines} {...rest} />
}

type LinesProps = Omit<SharesChartProps, 'history'> & { readonly lines: readonly ShareLine[] }

function Lines({ contest, lines, points, eligible }: LinesProps) {
  const { ref, width, rem } = useSize<HTMLDivElement>()
  const height = Math.round(rem * REMS)
  const box = { left: rem * 3.2, right: width - rem, top: rem * 0.7, bottom: height - rem * 1.7 }
  const offsetS = -new Date(lines[0]!.points[0]![0] * 1000).getTimezoneOffset() * 60
  const most = Math.max(1, Math.floor((box.right - box.left) / (rem * 5)))
  const chart = sharesChart(lines, points, eligible, box, most, offsetS)
  const label = t.sharesChart(f.dateTime(chart.startS * 1000), f.dateTime(chart.endS * 1000))
  return (
    <>
      <div class="chart" ref={ref} style={{ height: `${REMS}rem` }}>
        {width > 0 && (
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
              <text
                key={timeS}
                x={x}
                y={height - rem * 0.35}
                text-anchor={x + rem * 2 > width ? 'end' : 'middle'}
              >
                {f.axisTime(timeS, chart.stepS)}
              </text>
            ))}
            <path class="turnout-line" d={chart.turnout} />
            {chart.lines.map(({ index, d }) => (
              <path key={index} class="share-line" d={d} {...strokeOf(contest, index)} />
            ))}
          </svg>
        )}
      </div>
      <ul class="legend">
        {lines.map(({ index, points }) => (
          <Key key={index} stroke={strokeOf(contest, index)}>
            <bdi>{contest.options[index]!.name}</bdi> {f.share(points.at(-1)![1])}
          </Key>
        ))}
        <Key class="turnout-line">{t.turnout}</Key>
      </ul>
    </>
  )
}

function strokeOf({ options }: ContestSnapshot, index: number) {
  const dash = DASHES[Math.floor(index / PALETTE.length) % DASHES.length]
  return { stroke: optionColor(options[index]!.color, index), 'stroke-dasharray': dash }
}

interface KeyProps {
  readonly stroke?: ReturnType<typeof strokeOf>
  readonly class?: string
  readonly children: ComponentChildren
}

function Key({ stroke, children, ...rest }: KeyProps) {
  return (
    <li>
      <svg class="line-key" viewBox="0 0 24 8" aria-hidden="true">
        <path class={rest.class ?? 'share-line'} d="M0 4H24" {...stroke} />
      </svg>{' '}
      {children}
    </li>
  )
}
