/**
 * The certification as a document for people: one contest after the other with who has won, how anybody can check it,
 * and lines for those who sign on paper. The same certification gives the same bytes.
 */

import PDFDocument from 'pdfkit'
import type { Election } from '../../core/election/definition.ts'
import { lotsOf, outcomeByLot } from '../../core/log/certification.ts'
import type { Certification } from '../../core/log/certification-form.ts'
import { eligibleIn } from '../../core/tally/contest-outcome.ts'
import type { ShownResult } from '../../core/tally/shown.ts'
import { contestResult } from './contest-result.ts'
import { districtRowsOf } from './district-table.ts'
import type { Doc } from './doc.ts'
import { LATIN, openFace } from './font-set.ts'
import { howToCheck, type Whereabouts } from './how-to-check.ts'
import { draw, paragraph } from './set-text.ts'
import {
  ACCENT,
  INK,
  MARGIN,
  Names,
  number,
  type Paper,
  percent,
  put,
  QUIET,
  RULE,
  room,
  sectionHead,
  widthOf,
} from './sheet.ts'

const SIGNERS = 3
/** Rows of districts that are printed; a larger election has them in its result document and in CSV. */
const MOST_DISTRICT_ROWS = 3_000

export interface CertificateContext extends Whereabouts {
  readonly paper: Paper
  readonly election: Election
  /** What is certified: the districts' votes are in it. */
  readonly result: ShownResult
  /** Keys issued per district. */
  readonly eligible: ArrayLike<number>
}

export function certificatePdf(
  certification: Certification,
  context: CertificateContext,
): Promise<Uint8Array> {
  const names = new Names()
  const doc = new PDFDocument({
    ...{ size: context.paper === 'a4' ? 'A4' : 'LETTER', margin: MARGIN, bufferPages: true },
    ...{ lang: 'en', displayTitle: true, pdfVersion: '1.7' },
    info: {
      Title: `Certified result: ${certification.title}`,
      Creator: certification.software,
      Producer: certification.software,
      // A document that says when it was certified, not when it was drawn.
      CreationDate: new Date(certification.at),
      ModDate: new Date(certification.at),
    },
  })
  const chunks: Uint8Array[] = []
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk))
  const done = new Promise<Uint8Array>((resolve, reject) => {
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
  for (const weight of ['regular', 'strong'] as const) doc.registerFont(weight, openFace(LATIN, weight)!.path)
  heading(doc, certification, names.name(certification.title, certification.election))
  contests(doc, certification, context, names)
  if (names.missing.size > 0) missingLetters(doc, names.missing)
  howToCheck(doc, certification, context)
  signatures(doc)
  pageFeet(doc, certification, context)
  doc.end()
  return done
}

function contests(doc: Doc, certification: Certification, context: CertificateContext, names: Names): void {
  const { election, result, eligible } = context
  const lots = lotsOf(certification)
  const rows = result.contests.reduce((sum, shown) => sum + districtRowsOf(shown), 0)
  for (const [c, certified] of certification.contests.entries()) {
    const [contest, shown] = [election.contests[c]!, result.contests[c]!]
    const lot = lots.get(contest.id) ?? []
    const outcome = outcomeByLot(contest, shown, eligibleIn(contest, eligible), lot)
    const withDistricts = rows <= MOST_DISTRICT_ROWS
    contestResult(doc, { election, contest, certified, shown, outcome, names, withDistricts })
  }
  if (rows <= MOST_DISTRICT_ROWS) return
  const words = `The votes by district take ${number(rows)} rows: they are in the result document and in results.csv.`
  doc.y += 12
  put(doc, words, { size: 9, color: QUIET })
}

function heading(doc: Doc, { at, simulated, ...certified }: Certification, title: string): void {
  doc.rect(MARGIN, MARGIN, 36, 4).fill(ACCENT)
  doc.font('strong').fontSize(10).fillColor(ACCENT)
  doc.text('CERTIFIED RESULT', MARGIN, MARGIN + 14, { characterSpacing: 1.2 })
  const head = paragraph(doc, title, { size: 22, color: INK, weight: 'strong' }, widthOf(doc))
  draw(doc, head, { x: MARGIN, y: doc.y })
  doc.moveDown(0.2)
  doc
    .font('regular')
    .fontSize(10)
    .fillColor(QUIET)
    .text(`Certified on ${moment(at)}`)
  if (simulated) {
    doc.moveDown(0.4)
    doc.font('strong').fontSize(11).fillColor('#8b0a03')
    doc.text('Simulated votes: this is a demonstration. These are not the votes of real people.')
  }
  doc.moveDown(0.9)
  const figures = [
    ['Voter keys issued', number(certified.keys_issued)],
    ['Ballots cast', number(certified.ballots)],
    ['Turnout', percent(certified.keys_used, certified.keys_issued)],
  ] as const
  const top = doc.y
  const column = widthOf(doc) / figures.length
  doc
    .moveTo(MARGIN, top)
    .lineTo(MARGIN + widthOf(doc), top)
    .lineWidth(0.75)
    .stroke(RULE)
  for (const [i, [label, value]] of figures.entries()) {
    const x = MARGIN + i * column
    doc
      .font('regular')
      .fontSize(9)
      .fillColor(QUIET)
      .text(label, x, top + 8, { width: column })
    doc
      .font('strong')
      .fontSize(17)
      .fillColor(INK)
      .text(value, x, top + 21, { width: column })
  }
  doc
    .moveTo(MARGIN, top + 52)
    .lineTo(MARGIN + widthOf(doc), top + 52)
    .stroke(RULE)
  doc.x = MARGIN
  doc.y = top + 52
}

function missingLetters(doc: Doc, missing: ReadonlySet<string>): void {
  const codes = [...missing]
    .slice(0, 10)
    .map((character) =>
      [...character]
        .map((each) => `U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
        .join(' '),
    )
  const more = missing.size > codes.length ? ` and ${number(missing.size - codes.length)} more` : ''
  doc.y += 14
  put(
    doc,
    `Names in [brackets] are ids: no font here has ${codes.join(', ')}${more}. The names themselves are in certification.json, which is what is signed.`,
    { size: 9, color: QUIET },
  )
}

function signatures(doc: Doc): void {
  room(doc, 40 + SIGNERS * 44)
  sectionHead(doc, 'Signed for the election board')
  const columns = [
    ['Name and office', 0, 0.44],
    ['Signature', 0.48, 0.3],
    ['Place and date', 0.82, 0.18],
  ] as const
  for (let signer = 0; signer < SIGNERS; signer++) {
    const y = doc.y + 26
    for (const [label, from, width] of columns) {
      const x = MARGIN + from * widthOf(doc)
      doc
        .moveTo(x, y)
        .lineTo(x + width * widthOf(doc), y)
        .lineWidth(0.6)
        .stroke(QUIET)
      doc.font('regular').fontSize(7.5).fillColor(QUIET)
      doc.text(label, x, y + 3, { width: width * widthOf(doc), lineBreak: false })
    }
    doc.y = y + 16
  }
}

function pageFeet(doc: Doc, { election, software }: Certification, { sha256 }: CertificateContext): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    // Below the margin, where a text would otherwise begin a page of its own.
    doc.page.margins.bottom = 0
    doc.font('regular').fontSize(7.5).fillColor(QUIET)
    const y = doc.page.height - MARGIN + 4
    const words = `${election}   ·   certification ${sha256.slice(0, 16)}…   ·   ${software}`
    doc.text(words, MARGIN, y, { width: widthOf(doc) - 80, lineBreak: false })
    doc.text(`Page ${page - start + 1} of ${count}`, MARGIN + widthOf(doc) - 80, y, {
      width: 80,
      align: 'right',
    })
  }
}

function moment(iso: string): string {
  const date = new Date(iso)
  const day = date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  return `${day} at ${iso.slice(11, 16)} UTC`
}
