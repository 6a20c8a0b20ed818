/**
 * The certification as a document for people: one contest after the other with who has won, how
 * anybody can check it, and lines for those who sign on paper. The same certification gives the
 * same bytes.
 */

import PDFDocument from 'pdfkit'
import type { Election } from '../../core/election/definition.ts'
import { lotsOf, outcomeByLot } from '../../core/log/certification.ts'
import type { Certification } from '../../core/log/certification-form.ts'
import { eligibleIn } from '../../core/tally/contest-outcome.ts'
import { type ResultReader, resultReader } from '../../core/tally/result-reader.ts'
import type { ShownResult } from '../../core/tally/shown.ts'
import { CERTIFICATE_WORDS } from './certificate-words.ts'
import { contestResult } from './contest-result.ts'
import { districtRowsOf } from './district-table.ts'
import { LATIN, openFace } from './font-set.ts'
import { howToCheck, type Whereabouts } from './how-to-check.ts'
import {
  ACCENT,
  INK,
  label,
  line,
  MARGIN,
  mirrored,
  Names,
  numberOn,
  type Paper,
  percentOn,
  put,
  QUIET,
  RULE,
  room,
  type Sheet,
  sectionHead,
  widthOf,
} from './sheet.ts'

const SIGNERS = 3
/**
 * Rows of districts that are printed; a larger election has them in its result document and in CSV.
 */
const MOST_DISTRICT_ROWS = 3_000

export interface CertificateContext extends Whereabouts {
  readonly paper: Paper
  /** The tag of a language of the election; its first if left out. */
  readonly language?: string | undefined
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
  const reader = resultReader(context.election, context.language)
  const words = CERTIFICATE_WORDS[reader.wordsIn]
  const title = reader.inLanguage(context.election.titles)
  const doc = new PDFDocument({
    ...{ size: context.paper === 'a4' ? 'A4' : 'LETTER', margin: MARGIN, bufferPages: true },
    ...{ lang: reader.wordsIn, displayTitle: true, pdfVersion: '1.7' },
    info: {
      Title: `${words.certifiedResult}: ${title}`,
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
  const sheet = { doc, reader, words, isRtl: reader.wordsIn === 'ar', names: new Names() }
  heading(sheet, certification, sheet.names.name(title, certification.election))
  contests(sheet, certification, context)
  notes(sheet)
  howToCheck(sheet, certification, context)
  signatures(sheet)
  pageFeet(sheet, certification, context)
  doc.end()
  return done
}

function contests(sheet: Sheet, certification: Certification, context: CertificateContext): void {
  const { election, result, eligible } = context
  const { names, reader, words } = sheet
  const lots = lotsOf(certification)
  const rows = result.contests.reduce((sum, shown) => sum + districtRowsOf(shown), 0)
  for (const [c, certified] of certification.contests.entries()) {
    const [contest, shown] = [election.contests[c]!, result.contests[c]!]
    const lot = lots.get(contest.id) ?? []
    const outcome = outcomeByLot(contest, shown, eligibleIn(contest, eligible), lot)
    const withDistricts = rows <= MOST_DISTRICT_ROWS
    const optionNames = contest.options.map((option) =>
      names.name(reader.inLanguage(option.names), option.id),
    )
    contestResult(sheet, { election, contest, certified, shown, outcome, optionNames, withDistricts })
  }
  if (rows <= MOST_DISTRICT_ROWS) return
  sheet.doc.y += 12
  put(sheet, words.manyRows(numberOn(sheet, rows)), { size: 9, color: QUIET })
}

function heading(sheet: Sheet, { at, simulated, ...certified }: Certification, title: string): void {
  const { doc, words, reader } = sheet
  const width = widthOf(doc)
  doc.rect(mirrored(sheet, MARGIN, 36), MARGIN, 36, 4).fill(ACCENT)
  const kind = { size: 10, color: ACCENT, weight: 'strong' } as const
  label(sheet, words.certifiedResult, kind, { x: MARGIN, y: MARGIN + 14, width })
  put(sheet, title, { size: 22, color: INK, weight: 'strong' })
  doc.y += 3
  put(sheet, words.certifiedOn(moment(at, reader)), { size: 10, color: QUIET })
  if (simulated) {
    doc.y += 5
    put(sheet, words.simulated, { size: 11, color: '#8b0a03', weight: 'strong' })
  }
  doc.y += 9
  const figures = [
    [words.keysIssued, numberOn(sheet, certified.keys_issued)],
    [words.ballotsCast, numberOn(sheet, certified.ballots)],
    [words.turnout, percentOn(sheet, certified.keys_used, certified.keys_issued)],
  ] as const
  const top = doc.y
  const column = width / figures.length
  const across = (y: number) =>
    doc
      .moveTo(MARGIN, y)
      .lineTo(MARGIN + width, y)
      .lineWidth(0.75)
      .stroke(RULE)
  across(top)
  for (const [i, [name, value]] of figures.entries()) {
    const x = MARGIN + i * column
    label(sheet, name, { size: 9, color: QUIET }, { x, y: top + 6, width: column })
    // As in the columns below, from left to right.
    const figure = `\u2066${value}\u2069`
    label(sheet, figure, { size: 17, color: INK, weight: 'strong' }, { x, y: top + 19, width: column })
  }
  across(top + 52)
  doc.x = MARGIN
  doc.y = top + 52
}

/** What the paper does not show as it should. */
function notes(sheet: Sheet): void {
  const { doc, reader, words } = sheet
  const { missing } = sheet.names
  if (missing.size > 0) {
    doc.y += 14
    put(sheet, words.missingLetters(lettersIn(sheet, missing)), { size: 9, color: QUIET })
  }
  if (reader.language.split('-', 1)[0]!.toLowerCase() === reader.wordsIn) return
  doc.y += 14
  put(sheet, words.otherLanguage(reader.language), { size: 9, color: QUIET })
}

function lettersIn(sheet: Sheet, missing: ReadonlySet<string>): string {
  const codes = [...missing]
    .slice(0, 10)
    .map((character) =>
      [...character]
        .map((each) => `U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
        .join(' '),
    )
  const more = missing.size - codes.length
  return `${codes.join(', ')}${more > 0 ? ` + ${numberOn(sheet, more)}` : ''}`
}

function signatures(sheet: Sheet): void {
  const { doc, words } = sheet
  room(doc, 40 + SIGNERS * 44)
  sectionHead(sheet, words.signedForBoard)
  const columns = [
    [words.nameAndOffice, 0, 0.44],
    [words.signature, 0.48, 0.3],
    [words.placeAndDate, 0.82, 0.18],
  ] as const
  for (let signer = 0; signer < SIGNERS; signer++) {
    const y = doc.y + 26
    for (const [name, from, part] of columns) {
      const [x, width] = [MARGIN + from * widthOf(doc), part * widthOf(doc)]
      line(sheet, x, y, width)
      label(sheet, name, { size: 7.5, color: QUIET }, { x, y: y + 2, width })
    }
    doc.y = y + 16
  }
}

function pageFeet(sheet: Sheet, { election, software }: Certification, { sha256 }: CertificateContext): void {
  const { doc, words } = sheet
  const { start, count } = doc.bufferedPageRange()
  const number = (value: number) => numberOn(sheet, value)
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    // Below the margin, where a text would otherwise begin a page of its own.
    doc.page.margins.bottom = 0
    const type = { size: 7.5, color: QUIET } as const
    const [y, width] = [doc.page.height - MARGIN + 4, widthOf(doc)]
    const parts = [election, words.certification(sha256.slice(0, 16)), software]
    label(sheet, parts.join('   ·   '), type, { x: MARGIN, y, width: width - 80 })
    const foot = words.page(number(page - start + 1), number(count))
    label(sheet, foot, type, { x: MARGIN + width - 80, y, width: 80, atEnd: true })
  }
}

function moment(iso: string, { wordsIn }: ResultReader): string {
  const date = new Date(iso)
  const locale = wordsIn === 'en' ? 'en-GB' : wordsIn
  const day = date.toLocaleDateString(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const comma = wordsIn === 'ar' ? '،' : ','
  return `${day}${comma} \u2066${iso.slice(11, 16)} UTC\u2069`
}
