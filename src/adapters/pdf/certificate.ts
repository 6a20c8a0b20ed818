/**
 * The certification as a document for people: A4, one contest after the other, how anybody can check it, and lines for
 * those who sign on paper. The same certification gives the same bytes.
 */
import PDFDocument from 'pdfkit'
import type { Certification, CertifiedContest } from '../../core/log/certification-form.ts'
import { type CertificateContext, howToCheck } from './how-to-check.ts'
import { canBeSet, REGULAR, STRONG } from './letters.ts'
import { ACCENT, type Doc, INK, MARGIN, number, QUIET, RULE, room, sectionHead, WIDTH } from './sheet.ts'

const BAR = '#d9e2ef'
const SIGNERS = 3

export function certificatePdf(
  certification: Certification,
  context: CertificateContext,
): Promise<Uint8Array> {
  const set = new Names()
  const title = set.name(certification.title, certification.election)
  const doc = new PDFDocument({
    ...{ size: 'A4', margin: MARGIN, bufferPages: true, lang: 'en', displayTitle: true, pdfVersion: '1.7' },
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
  doc.registerFont('regular', REGULAR).registerFont('strong', STRONG)
  heading(doc, certification, title)
  for (const contest of certification.contests) contestTable(doc, contest, set)
  if (set.replaced) missingLetters(doc)
  howToCheck(doc, certification, context)
  signatures(doc)
  pageFeet(doc, certification, context)
  doc.end()
  return done
}

/** Names as they can be set: those in other scripts stand by their ids, and the document says so. */
class Names {
  replaced = false
  name(text: string, id: string): string {
    if (canBeSet(text)) return text
    this.replaced = true
    return `[${id}]`
  }
}

const percent = (part: number, whole: number) =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`

function heading(doc: Doc, { at, simulated, ...certified }: Certification, title: string): void {
  doc.rect(MARGIN, MARGIN, 36, 4).fill(ACCENT)
  doc.font('strong').fontSize(10).fillColor(ACCENT)
  doc.text('CERTIFIED RESULT', MARGIN, MARGIN + 14, { characterSpacing: 1.2 })
  doc.font('strong').fontSize(22).fillColor(INK).text(title, { lineGap: -2 })
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
  const column = WIDTH / figures.length
  doc
    .moveTo(MARGIN, top)
    .lineTo(MARGIN + WIDTH, top)
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
    .lineTo(MARGIN + WIDTH, top + 52)
    .stroke(RULE)
  doc.x = MARGIN
  doc.y = top + 52
}

const VOTES_AT = MARGIN + WIDTH - 150
const SHARE_AT = MARGIN + WIDTH - 70

function contestTable(doc: Doc, contest: CertifiedContest, set: Names): void {
  const { options, votes_allowed: allowed, ballots, blank, undervotes } = contest
  const given = options.reduce((sum, { votes }) => sum + votes, 0)
  const head = set.name(contest.title, contest.id)
  doc.font('strong').fontSize(13)
  room(doc, doc.heightOfString(head, { width: WIDTH }) + 90)
  doc.y += 18
  doc.fillColor(INK).text(head, MARGIN, doc.y, { width: WIDTH })
  if (allowed > 1)
    doc.font('regular').fontSize(9).fillColor(QUIET).text(`Each voter had up to ${allowed} votes.`)
  doc.y += 4
  tableHead(doc)
  const ranked = [...options].sort((a, b) => b.votes - a.votes)
  for (const { id, name, votes } of ranked) {
    const text = set.name(name, id)
    doc.font('regular').fontSize(10.5)
    const height = doc.heightOfString(text, { width: VOTES_AT - MARGIN - 12 }) + 9
    if (room(doc, height)) tableHead(doc)
    const y = doc.y
    const bar = given === 0 ? 0 : (WIDTH * votes) / given
    if (bar > 0) doc.rect(MARGIN, y + height - 3.5, bar, 2.5).fill(BAR)
    doc.fillColor(INK).text(text, MARGIN, y + 2, { width: VOTES_AT - MARGIN - 12 })
    figure(doc, number(votes), VOTES_AT, y + 2)
    figure(doc, percent(votes, given), SHARE_AT, y + 2)
    doc.y = y + height
    rule(doc, 0.4)
  }
  doc.font('regular').fontSize(9).fillColor(QUIET)
  const rest = [
    `${number(ballots)} ballots`,
    `${number(given)} votes given`,
    `${number(blank)} blank`,
    ...(allowed > 1 ? [`${number(undervotes)} votes not used`] : []),
  ]
  room(doc, 20)
  doc.text(rest.join('   ·   '), MARGIN, doc.y + 5, { width: WIDTH })
}

function tableHead(doc: Doc): void {
  const { y } = doc
  doc.font('regular').fontSize(8.5).fillColor(QUIET).text('Option', MARGIN, y, { width: 200 })
  figure(doc, 'Votes', VOTES_AT, y)
  figure(doc, 'Share', SHARE_AT, y)
  doc.y = y + 14
  rule(doc, 0.75)
}

/** A column of numbers, right-aligned. */
function figure(doc: Doc, text: string, x: number, y: number): void {
  doc.text(text, x, y, { width: 70, align: 'right', features: ['tnum'], lineBreak: false })
}

function rule(doc: Doc, width: number): void {
  doc
    .moveTo(MARGIN, doc.y)
    .lineTo(MARGIN + WIDTH, doc.y)
    .lineWidth(width)
    .stroke(RULE)
}

function missingLetters(doc: Doc): void {
  room(doc, 40)
  doc.font('regular').fontSize(9).fillColor(QUIET)
  doc.text(
    'Names in [brackets] are ids: this document sets Latin, Greek and Cyrillic letters. The names themselves are in certification.json, which is what is signed.',
    MARGIN,
    doc.y + 14,
    { width: WIDTH },
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
      const x = MARGIN + from * WIDTH
      doc
        .moveTo(x, y)
        .lineTo(x + width * WIDTH, y)
        .lineWidth(0.6)
        .stroke(QUIET)
      doc.font('regular').fontSize(7.5).fillColor(QUIET)
      doc.text(label, x, y + 3, { width: width * WIDTH, lineBreak: false })
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
    const y = 841.89 - MARGIN + 4
    const words = `${election}   ·   certification ${sha256.slice(0, 16)}…   ·   ${software}`
    doc.text(words, MARGIN, y, { width: WIDTH - 80, lineBreak: false })
    doc.text(`Page ${page - start + 1} of ${count}`, MARGIN + WIDTH - 80, y, { width: 80, align: 'right' })
  }
}

function moment(iso: string): string {
  const date = new Date(iso)
  const day = date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  return `${day} at ${iso.slice(11, 16)} UTC`
}
