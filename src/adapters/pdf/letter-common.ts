/**
 * What all voters of a district read in one language: everything of a letter but the address, the
 * id and the key.
 */
import type { Letter, LetterPage } from '../../core/letter/letter.ts'
import type { Doc } from './doc.ts'
import { MM, SENDER_MM, type SheetLook } from './letter-look.ts'
import { drawQr, type QrPlace } from './letter-qr.ts'
import type { OpenedImage } from './printable-logo.ts'
import { draw, paragraph, type Type } from './set-text.ts'
import { ACCENT, INK, QUIET } from './sheet.ts'

/** Where the voter's own goes, points. */
export interface KeySlot {
  readonly qr: QrPlace
  readonly x: number
  readonly width: number
  /** Tops of the texts. */
  readonly voterId: number
  readonly keyCode: number
}

const SMALL: Type = { size: 8, color: QUIET }
const LABEL: Type = { size: 8.5, color: QUIET }
const TEXT: Type = { size: 9.5, color: INK }
const STRONG: Type = { size: 9.5, color: INK, weight: 'strong' }
const HEADING: Type = { size: 10.5, color: INK, weight: 'strong' }
const TITLE: Type = { size: 16, color: INK, weight: 'strong' }
const WARNING: Type = { size: 9.5, color: '#8b0a03', weight: 'strong' }
const GAP = 6

export function drawCommon(
  doc: Doc,
  page: LetterPage,
  letter: Letter,
  look: SheetLook,
  set: (text: string) => string,
): { readonly slot: KeySlot; readonly until: number } {
  const column = columnOf(doc, page, look, set)
  const { words } = page
  drawTop(doc, page, look, set)
  column.put(look.title ?? page.title, TITLE)
  if (page.simulated) column.put(words.simulated, WARNING, 2)
  for (const text of page.ownWords) column.put(text, TEXT, 4)
  column.skip(4)
  for (const [label, text] of page.facts) column.pair(label, text)
  column.put(words.ballot, HEADING, GAP)
  for (const title of page.contests) column.item(title)
  column.skip(GAP + 2)
  const slot = keyBox(doc, page, letter, column, set)
  column.put(words.once, STRONG, GAP)
  column.put(words.trouble, HEADING, GAP)
  for (const text of words.troubles) column.item(text)
  column.put(words.help, HEADING, GAP)
  column.put(page.contact.length === 0 ? words.helpUnknown : page.contact.map(isolated).join(' · '), TEXT)
  if (letter.check !== null) drawCheck(doc, page, letter, column)
  return { slot, until: column.y() }
}

/**
 * The log's key, and beside it a square with a link that brings it along: smaller than the one to
 * vote by, and last.
 */
function drawCheck(doc: Doc, { words, dir }: LetterPage, { check, logKey }: Letter, column: Column): void {
  const top = column.y() + GAP
  const wide = column.width - CHECK_SIDE - PADDING
  column.put(words.check, SMALL, GAP, wide)
  column.put(isolated(logKey!), { size: 7.5, color: INK }, 0, wide)
  column.put(words.checkAt, SMALL, 2, wide)
  column.put(isolated(check!.address), { size: 7.5, color: INK }, 0, wide)
  const x = dir === 'rtl' ? column.x : column.x + column.width - CHECK_SIDE
  drawQr(doc, check!.link, { x, y: top, side: CHECK_SIDE })
  column.skip(Math.max(0, top + CHECK_SIDE - column.y()))
}

/** The organiser's own paragraphs on a sheet that follows, and on more where they need it. */
export function drawOwnWords(
  doc: Doc,
  page: LetterPage,
  words: readonly string[],
  look: SheetLook,
  set: (text: string) => string,
): void {
  const bottom = (look.envelope.height - look.envelope.margin.bottom - PARAGRAPH_MM) * MM
  const top = { ...look, envelope: { ...look.envelope, bodyTop: look.envelope.margin.left } }
  let column = columnOf(doc, page, top, set)
  for (const text of words) {
    if (column.y() > bottom) {
      doc.addPage()
      column = columnOf(doc, page, top, set)
    }
    column.put(text, TEXT, GAP)
  }
}

/** Left free below a paragraph that begins low on a page. */
const PARAGRAPH_MM = 40

/** Keeps its own direction within a text of the other. */
function isolated(text: string): string {
  return `\u2066${text}\u2069`
}

interface Column {
  readonly x: number
  readonly width: number
  readonly y: () => number
  readonly skip: (points: number) => void
  readonly put: (text: string, type: Type, above?: number, wide?: number) => void
  /** With a dot before it. */
  readonly item: (text: string) => void
  readonly pair: (label: string, text: string) => void
}

function columnOf(
  doc: Doc,
  page: LetterPage,
  { envelope }: SheetLook,
  set: (text: string) => string,
): Column {
  const isRtl = page.dir === 'rtl'
  const { left, right } = envelope.margin
  const x = left * MM
  const width = (envelope.width - left - right) * MM
  let y = envelope.bodyTop * MM
  const text = (words: string, type: Type, indent: number, wide = width - indent): number =>
    draw(
      doc,
      paragraph(doc, set(words), type, wide),
      isRtl ? { x, y, right: x + width - indent } : { x: x + indent, y },
    )
  const labels = page.facts.map(([label]) => paragraph(doc, set(label), LABEL, width).lines[0]!.width)
  const labelled = Math.max(0, ...labels) + 12
  return {
    x,
    width,
    y: () => y,
    skip: (points) => {
      y += points
    },
    put: (words, type, above = 0, wide = width) => {
      y += above
      y = text(words, type, 0, wide)
    },
    item: (words) => {
      const dot = isRtl ? x + width - 5 : x + 5
      doc.circle(dot, y + TEXT.size * 0.75, 1.2).fill(INK)
      y = text(words, TEXT, 14)
    },
    pair: (label, words) => {
      text(label, LABEL, 0, labelled)
      y = text(words, TEXT, labelled)
    },
  }
}

const PADDING = 10
const QR_SIDE = 122
/** Of the square to check by: modules of a third of a millimetre. */
const CHECK_SIDE = 62

/** The frame with the square, the address and the labels. */
function keyBox(
  doc: Doc,
  page: LetterPage,
  letter: Letter,
  column: Column,
  set: (text: string) => string,
): KeySlot {
  const { words } = page
  const isRtl = page.dir === 'rtl'
  const top = column.y()
  const width = column.width - QR_SIDE - 3 * PADDING
  const x = isRtl ? column.x + PADDING : column.x + QR_SIDE + 2 * PADDING
  let y = top + PADDING
  const put = (text: string, type: Type): void => {
    y = draw(doc, paragraph(doc, set(text), type, width), isRtl ? { x, y, right: x + width } : { x, y })
  }
  put(`${words.scan} ${words.type}`, TEXT)
  y += 3
  put(isolated(letter.booth), STRONG)
  y += 5
  put(words.voterId, LABEL)
  const voterId = y
  y += 21
  put(words.voterKey, LABEL)
  const keyCode = y + 4
  y += 19
  const height = Math.max(y - top, QR_SIDE + PADDING) + PADDING
  doc.roundedRect(column.x, top, column.width, height, 4).lineWidth(0.8).stroke(ACCENT)
  column.skip(height)
  const qrX = isRtl ? column.x + column.width - QR_SIDE - PADDING : column.x + PADDING
  return { qr: { x: qrX, y: top + (height - QR_SIDE) / 2, side: QR_SIDE }, x, width, voterId, keyCode }
}

const LOGO = { width: 40, height: 20, top: 12 }

/** The logo and the organiser's name, the sender above the window, the marks for folding. */
function drawTop(
  doc: Doc,
  page: LetterPage,
  { envelope, logo }: SheetLook,
  set: (text: string) => string,
): void {
  const { left, right } = envelope.margin
  const isRtl = page.dir === 'rtl'
  const [from, until] = [left * MM, (envelope.width - right) * MM]
  const beside = drawLogo(doc, logo, isRtl ? until : from, isRtl)
  if (page.organiser !== '') {
    const type: Type = { size: 12, color: INK, weight: 'strong' }
    const name = paragraph(doc, set(page.organiser), type, until - from - beside)
    const y = (LOGO.top + LOGO.height / 2) * MM - name.height / 2
    draw(doc, name, isRtl ? { x: from, y, right: until - beside } : { x: from + beside, y })
    if (envelope.hasSenderLine) drawSender(doc, page.organiser, envelope.window, set)
  }
  for (const fold of envelope.folds)
    doc
      .moveTo(4 * MM, fold * MM)
      .lineTo(8 * MM, fold * MM)
      .lineWidth(0.5)
      .stroke(QUIET)
}

/** @returns how far it reaches, points */
function drawLogo(doc: Doc, logo: OpenedImage | null, at: number, isRtl: boolean): number {
  if (logo === null) return 0
  const [width, height] = [LOGO.width * MM, LOGO.height * MM]
  const fit: [number, number] = [width, height]
  // An opened image is taken as it is; pdfkit's types know of bytes and paths alone.
  doc.image(logo as unknown as string, isRtl ? at - width : at, LOGO.top * MM, {
    fit,
    align: isRtl ? 'right' : undefined,
    valign: 'center',
  })
  return width + 14
}

function drawSender(
  doc: Doc,
  organiser: string,
  { left, top, width }: SheetLook['envelope']['window'],
  set: (text: string) => string,
): void {
  const [x, right] = [left * MM, (left + width) * MM]
  const line = paragraph(doc, set(organiser), { size: 7, color: INK }, width * MM)
  const y = (top + SENDER_MM - 1) * MM
  draw(doc, line, { x, y: y - line.height })
  doc.moveTo(x, y).lineTo(right, y).lineWidth(0.4).stroke(QUIET)
}
