/** Turnout over time: a small chart, and the same numbers as a table. */
import { useState } from 'preact/hooks'
import type { ResultsSnapshot } from '../../core/tally/snapshot.ts'
import { useSize } from '../shared/use-size.ts'
import { f, t } from '../shared/viewer.ts'
import { pointsUntil, type TurnoutPoint, turnoutChart } from './turnout-scale.ts'

export function Turnout({ snapshot }: { snapshot: ResultsSnapshot }) {
  const { eligible, cast, election } = snapshot
  const untilMs = Math.min(Date.parse(snapshot.as_of), Date.parse(election.closes_at))
  const points = pointsUntil(snapshot.turnout, Math.floor(untilMs / 1000), cast)
  const empty = points.length === 0 || eligible === 0
  return (
    <section class="panel" aria-labelledby="turnout">
      <h2 id="turnout">{t.turnoutOverTime}</h2>
      {empty ? (
        <p class="hint">{t.turnoutNoPoints}</p>
      ) : (
        <>
          <Chart points={points} eligible={eligible} />
          <PointsTable points={points} eligible={eligible} />
        </>
      )}
    </section>
  )
}

interface PointsProps {
  readonly points: readonly TurnoutPoint[]
  readonly eligible: number
}

function Chart({ points, eligible }: PointsProps) {
  const { ref, width, rem } = useSize<HTMLDivElement>()
  const height = Math.round(rem * 12)
  const box = { left: rem * 3.2, right: width - rem, top: rem * 0.7, bottom: height - rem * 1.7 }
  const startS = points[0]![0]
  const offsetS = -new Date(startS * 1000).getTimezoneOffset() * 60
  const most = Math.max(1, Math.floor((box.right - box.left) / (rem * 5)))
  const chart = turnoutChart(points, eligible, box, most, offsetS)
  const [endS, endCast] = points.at(-1)!
  const label = t.turnoutChart(
    f.dateTime(startS * 1000),
    f.dateTime(endS * 1000),
    f.share(endCast / eligible),
  )
  return (
    <div class="chart" ref={ref}>
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
            <g key={timeS}>
              <line class="tick" x1={x} x2={x} y1={box.bottom} y2={box.bottom + rem * 0.3} />
              <text {...labelAt(x, width, rem)} y={height - rem * 0.35}>
                {f.axisTime(timeS, chart.stepS)}
              </text>
            </g>
          ))}
          <path class="area" d={chart.area} />
          <path class="curve" d={chart.line} />
          <circle class="now" cx={chart.end.x} cy={chart.end.y} r={rem * 0.25} />
        </svg>
      )}
    </div>
  )
}

/** A tick's label is centred under it, or stands at the edge where half of it would be cut off. */
function labelAt(x: number, width: number, rem: number) {
  return x + rem * 2 > width
    ? { x: width, 'text-anchor': 'end' as const }
    : { x, 'text-anchor': 'middle' as const }
}

/** Newest first. Its rows are made only once it is open. */
function PointsTable({ points, eligible }: PointsProps) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.showAsTable}</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <section class="scroll" tabIndex={0} aria-label={t.turnoutTable}>
          <table aria-label={t.turnoutTable}>
            <thead>
              <tr>
                <th scope="col">{t.time}</th>
                <th scope="col" class="number">
                  {t.cast}
                </th>
                <th scope="col" class="number">
                  {t.turnout}
                </th>
              </tr>
            </thead>
            <tbody>
              {points.toReversed().map(([timeS, cast]) => (
                <tr key={timeS}>
                  <th scope="row">{f.moment(timeS * 1000, Date.now())}</th>
                  <td class="number">{f.count(cast)}</td>
                  <td class="number">{f.share(cast / eligible)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  )
}
