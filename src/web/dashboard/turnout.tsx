/** Turnout over time: a small chart, a slider that looks back, and the same numbers as a table. */
import { useState } from 'preact/hooks'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { ChartFrame } from './chart-frame.tsx'
import { SavePicture } from './save-picture.tsx'
import { type Box, pointsUntil, type TurnoutPoint, turnoutChart } from './turnout-scale.ts'
import { f, t } from './viewer.ts'

/** The points of the curve, up to the moment of the snapshot or the close. */
export function turnoutPoints({ as_of, election, turnout, cast }: ResultsSnapshot): readonly TurnoutPoint[] {
  const untilMs = Math.min(Date.parse(as_of), Date.parse(election.closes_at))
  return pointsUntil(turnout, Math.floor(untilMs / 1000), cast)
}

interface Moment {
  readonly timeS: number
  readonly cast: number
}

interface TurnoutProps {
  readonly snapshot: ResultsSnapshot
  readonly points: readonly TurnoutPoint[]
  /**
   * The earlier moment that the reader chose, and the kept moment that is shown; null means now.
   */
  readonly askedS: number | null
  readonly moment: Moment | null
  readonly setMoment: (timeS: number | null) => void
  /** Called when the reader touches or focuses the slider. */
  readonly onTouch: () => void
}

export function Turnout({ snapshot, points, askedS, moment, setMoment, onTouch }: TurnoutProps) {
  const { eligible } = snapshot
  const empty = points.length === 0 || eligible === 0
  return (
    <section class="panel turnout" aria-labelledby="turnout">
      <h2 id="turnout">{t.turnoutOverTime}</h2>
      {empty ? (
        <p class="hint">{t.turnoutNoPoints}</p>
      ) : (
        <>
          <TurnoutChart points={points} eligible={eligible} moment={moment} />
          {points.length > 2 && (
            <Scrubber points={points} askedS={askedS} setMoment={setMoment} onTouch={onTouch} />
          )}
          <PointsTable points={points} eligible={eligible} />
          <SavePicture name={`${snapshot.election.id}-turnout`} snapshot={snapshot} of={points} />
        </>
      )}
    </section>
  )
}

type ScrubberProps = Pick<TurnoutProps, 'points' | 'askedS' | 'setMoment' | 'onTouch'>

/** A slider over the points of the curve; its right end is now. */
function Scrubber({ points, askedS, setMoment, onTouch }: ScrubberProps) {
  const end = points.length - 1
  const at =
    askedS === null
      ? end
      : Math.max(
          0,
          points.findLastIndex(([timeS]) => timeS <= askedS),
        )
  return (
    <label class="scrubber">
      <span>{t.scrub}</span>
      <input
        type="range"
        min={0}
        max={end}
        value={at}
        aria-valuetext={at === end ? t.scrubNow : f.moment(points[at]![0] * 1000, Date.now())}
        onFocus={onTouch}
        onPointerDown={onTouch}
        onInput={(event) => {
          const to = Number(event.currentTarget.value)
          onTouch()
          setMoment(to >= end ? null : points[to]![0])
        }}
      />
    </label>
  )
}

interface PointsProps {
  readonly points: readonly TurnoutPoint[]
  readonly eligible: number
}

interface ChartProps extends PointsProps {
  readonly moment?: Moment | null
  /** Height of the chart, in rems. */
  readonly rems?: number
}

export function TurnoutChart({ points, eligible, moment = null, rems = 12 }: ChartProps) {
  if (points.length === 0 || eligible === 0) return <p class="hint">{t.turnoutNoPoints}</p>
  const startS = points[0]![0]
  const [endS, endCast] = points.at(-1)!
  const label = t.turnoutChart(
    f.dateTime(startS * 1000),
    f.dateTime(endS * 1000),
    f.share(endCast / eligible),
  )
  return (
    <ChartFrame
      {...{ label, startS, rems }}
      plan={({ box, most, offsetS }) => turnoutChart(points, eligible, box, most, offsetS)}
    >
      {(chart, { box, rem }) => (
        <>
          <path class="area" d={chart.area} />
          <path class="curve" d={chart.line} />
          {moment !== null && <Cursor moment={moment} chart={chart} box={box} eligible={eligible} />}
          <circle class="now" cx={chart.end.x} cy={chart.end.y} r={rem * 0.25} />
        </>
      )}
    </ChartFrame>
  )
}

interface CursorProps {
  readonly moment: Moment
  readonly chart: ReturnType<typeof turnoutChart>
  readonly box: Box
  readonly eligible: number
}

/** Marks the earlier moment on the curve. */
function Cursor({ moment, chart, box, eligible }: CursorProps) {
  const x = chart.x(moment.timeS)
  return (
    <g class="cursor">
      <line x1={x} x2={x} y1={box.top} y2={box.bottom} />
      <circle cx={x} cy={chart.y(moment.cast / eligible)} r="5" />
    </g>
  )
}

/** Newest first. Renders its rows only when it is open. */
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
