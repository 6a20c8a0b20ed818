/**
 * The sheet of paper: measures and colours in points, and the operations that all parts of the
 * document use. Positions assume that lines begin at the left; on a sheet that is read from the
 * right, everything is mirrored.
 */
import type { ResultReader } from '../../core/tally/result-reader.ts'
import type { CertificateWords } from './certificate-words.ts'
import type { Doc } from './doc.ts'
import { missingIn } from './font-set.ts'
import { draw, type Paragraph, paragraph, type Type } from './set-text.ts'

export const PAPERS = ['a4', 'letter'] as const
export type Paper = (typeof PAPERS)[number]

export const MARGIN = 56
export const INK = '#1b1b1b'
export const QUIET = '#565c65'
export const RULE = '#c9ccd1'
export const ACCENT = '#1a4480'

export interface Sheet {
  readonly doc: Doc
  readonly reader: ResultReader
  readonly words: CertificateWords
  /** Whether lines begin at the right. */
  readonly isRtl: boolean
  readonly names: Names
}

export const numberOn = ({ reader }: Sheet, value: number) => reader.formats.figure(value).text

/** A share in percent, to two decimals. */
export function percentOn({ reader }: Sheet, part: number, whole: number): string {
  if (whole === 0) return '–'
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  return `${((100 * part) / whole).toLocaleString(reader.wordsIn, digits)} %`
}

/** The width between the margins. */
export const widthOf = (doc: Doc) => doc.page.width - 2 * MARGIN

/**
 * Begins a new page if less than `points` are left.
 * @returns whether it did
 */
export function room(doc: Doc, points: number): boolean {
  if (doc.y + points <= doc.page.height - MARGIN - 20) return false
  doc.addPage()
  return true
}

/** The left end of something `width` points wide whose unmirrored left end is `x`. */
export function mirrored({ doc, isRtl }: Sheet, x: number, width: number): number {
  return isRtl ? doc.page.width - x - width : x
}

/** Prepares a text in any script for a width. Names in it must come from {@link Names}. */
export function ready({ doc, isRtl }: Sheet, text: string, type: Type, width: number): Paragraph {
  return paragraph(doc, text, type, width, isRtl ? 'rtl' : undefined)
}

/**
 * Draws a text in a box, aligned to the beginning or the end of the reader's lines.
 * @returns the top of the next text
 */
export function place(
  sheet: Sheet,
  text: Paragraph,
  { x, y, width, atEnd = false }: Box & { readonly atEnd?: boolean },
): number {
  const left = mirrored(sheet, x, width)
  const end = draw(sheet.doc, text, { x: left, y, ...(sheet.isRtl !== atEnd && { right: left + width }) })
  sheet.doc.x = MARGIN
  return end
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
}

/**
 * A label of one or more lines.
 * @returns the top of the next text
 */
export function label(
  sheet: Sheet,
  text: string,
  type: Type,
  box: Box & { readonly atEnd?: boolean },
): number {
  return place(sheet, ready(sheet, text, type, box.width), box)
}

export function sectionHead(sheet: Sheet, text: string): void {
  const { doc } = sheet
  label(
    sheet,
    text,
    { size: 13, color: INK, weight: 'strong' },
    { x: MARGIN, y: doc.y + 22, width: widthOf(doc) },
  )
  doc.y += 4
}

export function rule(doc: Doc, lineWidth: number): void {
  doc
    .moveTo(MARGIN, doc.y)
    .lineTo(MARGIN + widthOf(doc), doc.y)
    .lineWidth(lineWidth)
    .stroke(RULE)
}

/** A line to write on. */
export function line(sheet: Sheet, x: number, y: number, width: number): void {
  const left = mirrored(sheet, x, width)
  sheet.doc
    .moveTo(left, y)
    .lineTo(left + width, y)
    .lineWidth(0.6)
    .stroke(QUIET)
}

/** A number in a column `width` points wide, aligned right in every script. */
export function figure(sheet: Sheet, text: string, x: number, y: number, width = 70): void {
  const left = mirrored(sheet, x, width)
  sheet.doc.text(text, left, y, { width, align: 'right', features: ['tnum'], lineBreak: false })
}

/** The heading of such a column. */
export function figureHead(sheet: Sheet, text: Paragraph, x: number, y: number, width = 70): void {
  const left = mirrored(sheet, x, width)
  draw(sheet.doc, text, { x: left, y, right: left + width })
}

/** Sets a text in any script below the previous one. */
export function put(sheet: Sheet, text: string, type: Type): void {
  const { doc } = sheet
  const set = ready(sheet, text, type, widthOf(doc))
  room(doc, set.height)
  place(sheet, set, { x: MARGIN, y: doc.y, width: widthOf(doc) })
}

/**
 * Names in characters that can be set. The id replaces a name with a character that no font here
 * has, and the document says so.
 */
export class Names {
  readonly missing = new Set<string>()
  name(text: string, id: string): string {
    const missing = missingIn(text)
    if (missing.length === 0) return text
    for (const character of missing) this.missing.add(character)
    return `[${id}]`
  }
}
