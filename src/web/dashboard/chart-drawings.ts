/** The pictures that a reader can save: a contest with all its options, and turnout over time. */
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import type { Formats } from '../shared/format.ts'
import {
  ACCENT,
  ACCENT_SOFT,
  type Drawing,
  fitted,
  INK,
  type Measure,
  QUIET,
  RULE,
  type Shape,
  type TextShape,
} from './drawing.ts'
import { optionColor } from './palette.ts'
import { rankOptions } from './ranking.ts'
import type { Strings } from './strings/en.ts'
import { type TurnoutPoint, turnoutChart } from './turnout-scale.ts'

const WIDTH = 1000
const MARGIN = 40
const ROW = 56

interface Words {
  readonly t: Strings
  readonly f: Formats
  readonly measure: Measure
  /** Address of the page that shows the same count. */
  readonly address: string
}

export function contestDrawing(snapshot: ResultsSnapshot, contest: ContestSnapshot, words: Words): Drawing {
  const { t, f, measure } = words
  const ranked = rankOptions(contest.options)
  const most = ranked[0]?.option.votes ?? 0
  const left = MARGIN + 40
  const right = WIDTH - MARGIN
  const shareColumn = Math.max(...ranked.map(({ share }) => measure(f.share(share), 18, 600))) + 24
  const voteColumn = measure(f.count(most), 18, 600) + 24
  const room = right - left - shareColumn - voteColumn
  const shapes: Shape[] = heading(contest.title, snapshot, words)
  let y = 130
  for (const { option, index, rank, share } of ranked) {
    shapes.push(
      text(MARGIN, y, String(rank), { fill: QUIET }),
      text(left, y, fitted(option.name, room, 18, 600, measure), { weight: 600 }),
      text(right - shareColumn, y, f.count(option.votes), { anchor: 'end' }),
      text(right, y, f.share(share), { weight: 600, anchor: 'end' }),
      {
        ...{ kind: 'rect', x: left, y: y + 9, height: 18, fill: optionColor(option.color, index) },
        width: Math.max(1, Math.round(((right - left) * option.votes) / Math.max(1, most))),
        edge: '#00000033',
      },
    )
    y += ROW
  }
  const totals = [t.contestBallots(f.figure(contest.ballots)), t.contestBlank(f.figure(contest.blank))]
  shapes.push(text(MARGIN, y + 8, totals.join(' · '), { fill: QUIET, size: 16 }))
  return finished(contest.title, y + 40, shapes, snapshot, words)
}

export function turnoutDrawing(
  snapshot: ResultsSnapshot,
  points: readonly TurnoutPoint[],
  words: Words,
): Drawing {
  const { t, f } = words
  const box = { left: MARGIN + 60, right: WIDTH - MARGIN, top: 120, bottom: 480 }
  const offsetS = -new Date(points[0]![0] * 1000).getTimezoneOffset() * 60
  const chart = turnoutChart(points, snapshot.eligible, box, 8, offsetS)
  const shapes: Shape[] = heading(t.turnoutOverTime, snapshot, words)
  for (const { y, share } of chart.shares)
    shapes.push(
      { kind: 'rect', x: box.left, y, width: box.right - box.left, height: 1, fill: RULE },
      text(box.left - 10, y + 6, f.axisShare(share), { fill: QUIET, size: 16, anchor: 'end' }),
    )
  shapes.push({ kind: 'path', d: chart.area, fill: ACCENT_SOFT })
  shapes.push({ kind: 'path', d: chart.line, stroke: ACCENT })
  for (const { x, timeS } of chart.times) {
    const atEdge = x + 60 > WIDTH
    const label = f.axisTime(timeS, chart.stepS)
    shapes.push({ kind: 'rect', x, y: box.bottom, width: 1, height: 6, fill: QUIET })
    shapes.push(
      text(atEdge ? WIDTH - MARGIN : x, box.bottom + 26, label, {
        ...{ fill: QUIET, size: 16, anchor: atEdge ? 'end' : 'middle' },
      }),
    )
  }
  const turnout = `${t.turnout} ${f.share(points.at(-1)![1] / snapshot.eligible)}`
  shapes.push(text(WIDTH - MARGIN, 52, turnout, { weight: 600, anchor: 'end', size: 22 }))
  return finished(t.turnoutOverTime, 540, shapes, snapshot, words)
}

function heading(title: string, snapshot: ResultsSnapshot, { measure }: Words): Shape[] {
  const room = WIDTH - 2 * MARGIN
  return [
    text(MARGIN, 52, fitted(title, room - 200, 28, 600, measure), { size: 28, weight: 600 }),
    text(MARGIN, 84, fitted(snapshot.election.title, room, 18, 400, measure), { fill: QUIET }),
  ]
}

/**
 * Adds the footer, because a picture is passed on without its page: the time, the page's address,
 * whether the count is official, and whether its votes are simulated.
 */
function finished(
  title: string,
  y: number,
  shapes: readonly Shape[],
  { election, as_of, phase, log }: ResultsSnapshot,
  { t, f, measure, address }: Words,
): Drawing {
  const when = `${t.phase[phase]} · ${t.lastUpdated} ${f.dateTime(Date.parse(as_of))}`
  const official = log?.certified_at === undefined ? t.notOfficialYet : t.certified
  const room = WIDTH - 2 * MARGIN - measure(official, 15, 600) - 24
  const foot = [
    text(MARGIN, y + 24, when, { fill: QUIET, size: 15 }),
    text(MARGIN, y + 48, fitted(address, room, 15, 400, measure), { fill: QUIET, size: 15 }),
    text(WIDTH - MARGIN, y + 48, official, { size: 15, weight: 600, anchor: 'end' }),
  ]
  if (election.simulated)
    foot.push(
      text(WIDTH - MARGIN, y + 24, t.simulated, { size: 15, weight: 600, anchor: 'end', fill: '#7a4b00' }),
    )
  return {
    title: `${election.title}: ${title}`,
    ...{ width: WIDTH, height: y + 72, shapes: [...shapes, ...foot] },
  }
}

function text(
  x: number,
  y: number,
  words: string,
  { size = 18, weight = 400, anchor = 'start', fill = INK }: Partial<TextShape> = {},
): TextShape {
  return { kind: 'text', x, y, text: words, size, weight, anchor, fill }
}
