/** The votes of a contest by district: a row each, a few options beside one another. */

import { isWithheld, type ShownContest } from '../../core/tally/shown.ts'
import type { ContestOnPaper } from './contest-on-paper.ts'
import type { Doc } from './doc.ts'
import { draw, paragraph } from './set-text.ts'
import { figure, INK, MARGIN, number, QUIET, room, rule, widthOf } from './sheet.ts'

/** Options side by side; more of them are a table below. */
const ACROSS = 5
const COLUMN = 58

/** Rows that a contest's districts take. */
export function districtRowsOf({ districts, options }: ShownContest): number {
  return districts.length < 2 ? 0 : districts.length * Math.ceil(options.length / ACROSS)
}

export function districtTable(doc: Doc, on: ContestOnPaper): void {
  const { shown } = on
  if (shown.districts.length < 2) return
  for (let from = 0; from < shown.options.length; from += ACROSS)
    optionsByDistrict(doc, on, [...shown.options.keys()].slice(from, from + ACROSS))
}

function optionsByDistrict(
  doc: Doc,
  { election, shown, certified, names }: ContestOnPaper,
  options: readonly number[],
): void {
  const districtNames = new Map(election.districts.map(({ id, name }) => [id, name]))
  const columns = options.length + 2
  const left = MARGIN + widthOf(doc) - columns * COLUMN
  const column = (i: number) => left + i * COLUMN
  const head = () => {
    const type = { size: 7.5, color: QUIET } as const
    const cells = ['Ballots', ...options.map((j) => certified.options[j]!), 'Blank'].map((cell) =>
      paragraph(doc, typeof cell === 'string' ? cell : names.name(cell.name, cell.id), type, COLUMN - 6),
    )
    const height = Math.max(...cells.map((cell) => cell.height))
    const y = doc.y + 12
    doc.font('regular').fontSize(7.5).fillColor(QUIET).text('District', MARGIN, y, { lineBreak: false })
    for (const [i, cell] of cells.entries()) draw(doc, cell, { x: column(i), y, right: column(i) + COLUMN })
    doc.y = y + height + 3
    rule(doc, 0.6)
  }
  room(doc, 80)
  head()
  for (const district of shown.districts) {
    const type = { size: 8.5, color: INK } as const
    const name = names.name(districtNames.get(district.id)!, district.id)
    const set = paragraph(doc, name, type, left - MARGIN - 8)
    if (room(doc, set.height + 4)) head()
    const { y } = doc
    draw(doc, set, { x: MARGIN, y: y + 1 })
    doc.font('regular').fontSize(8.5).fillColor(INK)
    figure(doc, number(district.ballots), column(0), y + 1, COLUMN)
    if (isWithheld(district)) {
      doc.fillColor(QUIET)
      const rest = { width: (columns - 1) * COLUMN, align: 'right', lineBreak: false } as const
      doc.text('in the totals only', column(1), y + 1, rest)
    } else
      for (const [i, votes] of [...options.map((j) => district.votes[j]!), district.blank].entries())
        figure(doc, number(votes), column(i + 1), y + 1, COLUMN)
    doc.y = y + set.height + 3
    rule(doc, 0.3)
  }
}
