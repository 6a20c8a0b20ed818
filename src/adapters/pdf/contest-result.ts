/**
 * A contest on the certificate: what it comes to in words, its options with their votes, and the
 * districts.
 */

import type { CertifiedContest } from '../../core/log/certification-form.ts'
import { rulesOf } from '../../core/tally/contest-outcome.ts'
import { outcomeSentences } from '../../core/tally/outcome-words.ts'
import type { ContestOnPaper } from './contest-on-paper.ts'
import { districtTable } from './district-table.ts'
import {
  ACCENT,
  figure,
  figureHead,
  INK,
  label,
  line,
  MARGIN,
  mirrored,
  numberOn,
  percentOn,
  place,
  put,
  QUIET,
  ready,
  room,
  rule,
  type Sheet,
  widthOf,
} from './sheet.ts'

const BAR = '#d9e2ef'

export function contestResult(sheet: Sheet, on: ContestOnPaper): void {
  const { doc, words, names, reader } = sheet
  const { contest, certified } = on
  const head = { size: 13, color: INK, weight: 'strong' } as const
  const name = names.name(reader.inLanguage(contest.titles), certified.id)
  const title = ready(sheet, name, head, widthOf(doc))
  room(doc, title.height + 110)
  doc.y += 18
  place(sheet, title, { x: MARGIN, y: doc.y, width: widthOf(doc) })
  if (certified.votes_allowed > 1)
    put(sheet, words.votesEach(numberOn(sheet, certified.votes_allowed)), { size: 9, color: QUIET })
  sentences(sheet, on)
  doc.y += 4
  optionTable(sheet, on)
  totals(sheet, certified)
  if (on.withDistricts) districtTable(sheet, on)
}

/**
 * What it comes to, in the words of the dashboard; where votes are equal, room for what the lot
 * will say.
 */
function sentences(sheet: Sheet, { contest, certified, outcome, optionNames }: ContestOnPaper): void {
  const { doc, reader, words } = sheet
  const told = {
    rules: rulesOf(contest),
    names: optionNames,
    votes: certified.options.map(({ votes }) => votes),
  }
  const { result } = outcomeSentences(told, outcome, reader.outcome, reader.formats)
  doc.y += 3
  for (const [i, sentence] of result.entries()) {
    const type = {
      size: 10.5,
      color: i === 0 ? ACCENT : INK,
      weight: i === 0 ? 'strong' : 'regular',
    } as const
    const set = ready(sheet, sentence, type, widthOf(doc))
    room(doc, set.height + 40)
    place(sheet, set, { x: MARGIN, y: doc.y, width: widthOf(doc) })
  }
  if (outcome.tied.length === 0) return
  const y = doc.y + 20
  label(sheet, words.byLotFor, { size: 9, color: QUIET }, { x: MARGIN, y, width: 130 })
  line(sheet, MARGIN + 134, y + 11, widthOf(doc) - 134)
  doc.y = y + 16
}

function optionTable(sheet: Sheet, { contest, certified, outcome, optionNames }: ContestOnPaper): void {
  const { doc, words } = sheet
  const width = widthOf(doc)
  const [votesAt, shareAt] = [MARGIN + width - 150, MARGIN + width - 70]
  const head = () => {
    const { y } = doc
    const type = { size: 8.5, color: QUIET } as const
    label(sheet, words.option, type, { x: MARGIN, y, width: 200 })
    figureHead(sheet, ready(sheet, words.votes, type, 90), votesAt, y)
    figureHead(sheet, ready(sheet, words.share, type, 110), shareAt, y)
    doc.y = y + 14
    rule(doc, 0.75)
  }
  head()
  const given = certified.options.reduce((sum, { votes }) => sum + votes, 0)
  const ranked = [...contest.options.keys()].sort(
    (a, b) => certified.options[b]!.votes - certified.options[a]!.votes,
  )
  for (const j of ranked) {
    const { votes } = certified.options[j]!
    const isIn = outcome.elected.includes(j)
    const type = { size: 10.5, color: INK, weight: isIn ? 'strong' : 'regular' } as const
    const nameWidth = votesAt - MARGIN - 30
    const set = ready(sheet, optionNames[j]!, type, nameWidth)
    const height = set.height + 8
    if (room(doc, height)) head()
    const { y } = doc
    const bar = given === 0 ? 0 : (width * votes) / given
    if (bar > 0) doc.rect(mirrored(sheet, MARGIN, bar), y + height - 3.5, bar, 2.5).fill(BAR)
    place(sheet, set, { x: MARGIN + 18, y: y + 2, width: nameWidth })
    if (isIn) tick(sheet, MARGIN + 2, y + 5)
    doc.font(type.weight).fontSize(10.5).fillColor(INK)
    figure(sheet, numberOn(sheet, votes), votesAt, y + 2)
    figure(sheet, percentOn(sheet, votes, given), shareAt, y + 2)
    doc.y = y + height
    rule(doc, 0.4)
  }
}

const TICK_WIDTH = 10

/** Drawn: not every font has the sign. */
function tick(sheet: Sheet, at: number, y: number): void {
  const x = mirrored(sheet, at, TICK_WIDTH)
  sheet.doc
    .moveTo(x, y + 5)
    .lineTo(x + 3.5, y + 8.5)
    .lineTo(x + TICK_WIDTH, y)
    .lineWidth(1.6)
    .stroke(ACCENT)
}

function totals(
  sheet: Sheet,
  { options, votes_allowed, ballots, blank, undervotes }: CertifiedContest,
): void {
  const { doc, words } = sheet
  const number = (value: number) => numberOn(sheet, value)
  const given = options.reduce((sum, { votes }) => sum + votes, 0)
  const rest = [
    ...words.totals(number(ballots), number(given), number(blank)),
    ...(votes_allowed > 1 ? [words.notUsed(number(undervotes))] : []),
  ]
  room(doc, 20)
  doc.y += 5
  put(sheet, rest.join('   ·   '), { size: 9, color: QUIET })
}
