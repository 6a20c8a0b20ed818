/** A contest on the certificate: what it comes to in words, its options with their votes, and the districts. */

import type { CertifiedContest } from '../../core/log/certification-form.ts'
import { rulesOf } from '../../core/tally/contest-outcome.ts'
import { outcomeSentences } from '../../core/tally/outcome-words.ts'
import { plainFormats } from '../../core/tally/plain-formats.ts'
import { en } from '../../core/tally/words/en.ts'
import type { ContestOnPaper } from './contest-on-paper.ts'
import { districtTable } from './district-table.ts'
import type { Doc } from './doc.ts'
import { draw, paragraph } from './set-text.ts'
import {
  ACCENT,
  figure,
  INK,
  MARGIN,
  type Names,
  number,
  percent,
  QUIET,
  room,
  rule,
  widthOf,
} from './sheet.ts'

const BAR = '#d9e2ef'

export function contestResult(doc: Doc, on: ContestOnPaper): void {
  const { contest, certified, outcome, names } = on
  const head = { size: 13, color: INK, weight: 'strong' } as const
  const title = paragraph(doc, names.name(certified.title, certified.id), head, widthOf(doc))
  room(doc, title.height + 110)
  doc.y += 18
  draw(doc, title, { x: MARGIN, y: doc.y })
  if (certified.votes_allowed > 1)
    doc
      .font('regular')
      .fontSize(9)
      .fillColor(QUIET)
      .text(`Each voter had up to ${certified.votes_allowed} votes.`, MARGIN, doc.y)
  sentences(doc, on)
  doc.y += 4
  optionTable(doc, certified, new Set(outcome.elected.map((j) => contest.options[j]!.id)), names)
  totals(doc, certified)
  if (on.withDistricts) districtTable(doc, on)
}

/** What it comes to, in the words of the dashboard; where votes are equal, room for what the lot will say. */
function sentences(doc: Doc, { contest, certified, outcome, names }: ContestOnPaper): void {
  const told = {
    rules: rulesOf(contest),
    names: certified.options.map(({ id, name }) => names.name(name, id)),
    votes: certified.options.map(({ votes }) => votes),
  }
  const { result } = outcomeSentences(told, outcome, en, plainFormats('en'))
  doc.y += 3
  for (const [i, sentence] of result.entries()) {
    const type = {
      size: 10.5,
      color: i === 0 ? ACCENT : INK,
      weight: i === 0 ? 'strong' : 'regular',
    } as const
    const set = paragraph(doc, sentence, type, widthOf(doc))
    room(doc, set.height + 40)
    draw(doc, set, { x: MARGIN, y: doc.y })
  }
  if (outcome.tied.length === 0) return
  const y = doc.y + 20
  doc
    .font('regular')
    .fontSize(9)
    .fillColor(QUIET)
    .text('Decided by lot for:', MARGIN, y, { lineBreak: false })
  doc
    .moveTo(MARGIN + 90, y + 11)
    .lineTo(MARGIN + widthOf(doc), y + 11)
    .lineWidth(0.6)
    .stroke(QUIET)
  doc.y = y + 16
}

function optionTable(
  doc: Doc,
  certified: CertifiedContest,
  elected: ReadonlySet<string>,
  names: Names,
): void {
  const width = widthOf(doc)
  const [votesAt, shareAt] = [MARGIN + width - 150, MARGIN + width - 70]
  const head = () => {
    const { y } = doc
    doc.font('regular').fontSize(8.5).fillColor(QUIET).text('Option', MARGIN, y, { width: 200 })
    figure(doc, 'Votes', votesAt, y)
    figure(doc, 'Share of votes', shareAt, y)
    doc.y = y + 14
    rule(doc, 0.75)
  }
  head()
  const given = certified.options.reduce((sum, { votes }) => sum + votes, 0)
  for (const { id, name, votes } of [...certified.options].sort((a, b) => b.votes - a.votes)) {
    const isIn = elected.has(id)
    const type = { size: 10.5, color: INK, weight: isIn ? 'strong' : 'regular' } as const
    const set = paragraph(doc, names.name(name, id), type, votesAt - MARGIN - 30)
    const height = set.height + 8
    if (room(doc, height)) head()
    const { y } = doc
    const bar = given === 0 ? 0 : (width * votes) / given
    if (bar > 0) doc.rect(MARGIN, y + height - 3.5, bar, 2.5).fill(BAR)
    draw(doc, set, { x: MARGIN + 18, y: y + 2 })
    if (isIn) tick(doc, MARGIN + 2, y + 5)
    doc.font(type.weight).fontSize(10.5).fillColor(INK)
    figure(doc, number(votes), votesAt, y + 2)
    figure(doc, percent(votes, given), shareAt, y + 2)
    doc.y = y + height
    rule(doc, 0.4)
  }
}

/** Drawn: not every font has the sign. */
function tick(doc: Doc, x: number, y: number): void {
  doc
    .moveTo(x, y + 5)
    .lineTo(x + 3.5, y + 8.5)
    .lineTo(x + 10, y)
    .lineWidth(1.6)
    .stroke(ACCENT)
}

function totals(doc: Doc, { options, votes_allowed, ballots, blank, undervotes }: CertifiedContest): void {
  const given = options.reduce((sum, { votes }) => sum + votes, 0)
  const rest = [
    `${number(ballots)} ballots`,
    `${number(given)} votes given`,
    `${number(blank)} blank`,
    ...(votes_allowed > 1 ? [`${number(undervotes)} votes not used`] : []),
  ]
  room(doc, 20)
  doc.font('regular').fontSize(9).fillColor(QUIET)
  doc.text(rest.join('   ·   '), MARGIN, doc.y + 5, { width: widthOf(doc) })
}
