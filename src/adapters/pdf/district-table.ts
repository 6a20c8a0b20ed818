/** The votes of a contest by district: a row each, a few options beside one another. */

import { isWithheld, type ShownContest } from '../../core/tally/shown.ts'
import type { ContestOnPaper } from './contest-on-paper.ts'
import {
  figure,
  figureHead,
  INK,
  label,
  MARGIN,
  numberOn,
  place,
  QUIET,
  ready,
  room,
  rule,
  type Sheet,
  widthOf,
} from './sheet.ts'

/** Options side by side; more of them are a table below. */
const ACROSS = 5
const COLUMN = 58

/** Rows that a contest's districts take. */
export function districtRowsOf({ districts, options }: ShownContest): number {
  return districts.length < 2 ? 0 : districts.length * Math.ceil(options.length / ACROSS)
}

export function districtTable(sheet: Sheet, on: ContestOnPaper): void {
  const { shown } = on
  if (shown.districts.length < 2) return
  for (let from = 0; from < shown.options.length; from += ACROSS)
    optionsByDistrict(sheet, on, [...shown.options.keys()].slice(from, from + ACROSS))
}

function optionsByDistrict(
  sheet: Sheet,
  { election, shown, optionNames }: ContestOnPaper,
  options: readonly number[],
): void {
  const { doc, words, names, reader } = sheet
  const districtNames = new Map(election.districts.map((district) => [district.id, district.names]))
  const columns = options.length + 2
  const left = MARGIN + widthOf(doc) - columns * COLUMN
  const column = (i: number) => left + i * COLUMN
  const head = () => {
    const type = { size: 7.5, color: QUIET } as const
    const cells = [words.ballots, ...options.map((j) => optionNames[j]!), words.blank].map((cell) =>
      ready(sheet, cell, type, COLUMN - 6),
    )
    const height = Math.max(...cells.map((cell) => cell.height))
    const y = doc.y + 12
    label(sheet, words.district, type, { x: MARGIN, y, width: left - MARGIN })
    for (const [i, cell] of cells.entries()) figureHead(sheet, cell, column(i), y, COLUMN)
    doc.y = y + height + 3
    rule(doc, 0.6)
  }
  room(doc, 80)
  head()
  for (const district of shown.districts) {
    const type = { size: 8.5, color: INK } as const
    const name = names.name(reader.inLanguage(districtNames.get(district.id)!), district.id)
    const width = left - MARGIN - 8
    const set = ready(sheet, name, type, width)
    if (room(doc, set.height + 4)) head()
    const { y } = doc
    place(sheet, set, { x: MARGIN, y: y + 1, width })
    doc.font('regular').fontSize(8.5).fillColor(INK)
    figure(sheet, numberOn(sheet, district.ballots), column(0), y + 1, COLUMN)
    if (isWithheld(district)) {
      const rest = { x: column(1), y: y + 1, width: (columns - 1) * COLUMN, atEnd: true }
      label(sheet, words.inTotalsOnly, { ...type, color: QUIET }, rest)
    } else
      for (const [i, votes] of [...options.map((j) => district.votes[j]!), district.blank].entries())
        figure(sheet, numberOn(sheet, votes), column(i + 1), y + 1, COLUMN)
    doc.y = y + set.height + 3
    rule(doc, 0.3)
  }
}
