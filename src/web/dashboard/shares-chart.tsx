/**
 * The shares of a contest over time, and turnout. The lines have the same moments as the slider
 * that looks back.
 */
import type { ComponentChildren } from 'preact'
import type { ContestSnapshot } from '../../core/status/snapshot.ts'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import { ChartFrame } from './chart-frame.tsx'
import { optionColor, PALETTE } from './palette.ts'
import { type ShareLine, shareLines, sharesChart } from './shares-lines.ts'
import type { TurnoutPoint } from './turnout-scale.ts'
import { f, t } from './viewer.ts'

interface SharesChartProps {
  readonly contest: ContestSnapshot
  readonly history: HistorySnapshot | null
  readonly points: readonly TurnoutPoint[]
  readonly eligible: number
}

const REMS = 14
/** Lines of the same colour differ in their dashes. */
const DASHES = [undefined, '7 4', '2 4', '10 3 2 3'] as const

export function SharesChart({ history, ...rest }: SharesChartProps) {
  const lines = shareLines(rest.contest, history)
  if (lines.length === 0) return <p class="hint">{t.sharesNone}</p>
  return <Lines lines={lines} {...rest} />
}

type LinesProps = Omit<SharesChartProps, 'history'> & { readonly lines: readonly ShareLine[] }

function Lines({ contest, lines, points, eligible }: LinesProps) {
  const startS = Math.min(...lines.map(({ points }) => points[0]?.[0] ?? Number.POSITIVE_INFINITY))
  const endS = Math.max(...lines.map(({ points }) => points.at(-1)?.[0] ?? 0))
  const label = t.sharesChart(f.dateTime(startS * 1000), f.dateTime(endS * 1000))
  return (
    <>
      <ChartFrame
        {...{ label, startS, rems: REMS }}
        plan={({ box, most, offsetS }) => sharesChart(lines, points, eligible, box, most, offsetS)}
      >
        {(chart) => (
          <>
            <path class="turnout-line" d={chart.turnout} />
            {chart.lines.map(({ index, d }) => (
              <path key={index} class="share-line" d={d} {...strokeOf(contest, index)} />
            ))}
          </>
        )}
      </ChartFrame>
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
