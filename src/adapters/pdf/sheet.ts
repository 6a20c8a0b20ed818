/**
 * The sheet of paper: its measures and colours in points, and what every part of the document does
 * on it. Places are given as if lines began at the left; on a sheet that is read from the right all
 * of it is mirrored.
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

/** A part in percent, to two decimals. */
export function percentOn({ reader }: Sheet, part: number, whole: number): string {
  if (whole === 0) return '–'
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  return `${((100 * part) / whole).toLocaleString(reader.wordsIn, digits)} %`
}

/** Between the margins. */
export const widthOf = (doc: Doc) => doc.page.width - 2 * MARGIN

/** A new page where less than `points` are left. @returns whether there is one */
export function room(doc: Doc, points: number): boolean {
  if (doc.y + points <= doc.page.height - MARGIN - 20) return false
  doc.addPage()
  return true
}

/** Where something begins whose left end would be `x`, `width` points wide. */
export function mirrored({ doc, isRtl }: Sheet, x: number, width: number): number {
  return isRtl ? doc.page.width - x - width : x
}

/** A text in any script, made ready for a width. Names in it were asked for by {@link Names}. */
export function ready({ doc, isRtl }: Sheet, text: string, type: Type, width: number): Paragraph {
  return paragraph(doc, text, type, width, isRtl ? 'rtl' : undefined)
}

/**
 * Draws a text where the reader's lines begin, or end, in a box. @returns where the next text can
 * stand
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

/** A label of one line or more. @returns where the next text can stand */
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

/** A straight line to write on. */
export function line(sheet: Sheet, x: number, y: number, width: number): void {
  const left = mirrored(sheet, x, width)
  sheet.doc
    .moveTo(left, y)
    .lineTo(left + width, y)
    .lineWidth(0.6)
    .stroke(QUIET)
}

/** A number of a column `width` points wide, its last digit at the right in every script. */
export function figure(sheet: Sheet, text: string, x: number, y: number, width = 70): void {
  const left = mirrored(sheet, x, width)
  sheet.doc.text(text, left, y, { width, align: 'right', features: ['tnum'], lineBreak: false })
}

/** What stands above such a column. */
export function figureHead(sheet: Sheet, text: Paragraph, x: number, y: number, width = 70): void {
  const left = mirrored(sheet, x, width)
  draw(sheet.doc, text, { x: left, y, right: left + width })
}

/** Sets a text in any script below what stands. */
export function put(sheet: Sheet, text: string, type: Type): void {
  const { doc } = sheet
  const set = ready(sheet, text, type, widthOf(doc))
  room(doc, set.height)
  place(sheet, set, { x: MARGIN, y: doc.y, width: widthOf(doc) })
}

/**
 * Names as they can be set: one with a character that no font here has stands by its id, and the
 * document says so.
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
