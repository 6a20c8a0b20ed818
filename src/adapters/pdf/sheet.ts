/** The sheet of paper: its measures and colours in points, and what every part of the document does on it. */
import type { Doc } from './doc.ts'
import { missingIn } from './font-set.ts'
import { draw, paragraph, type Type } from './set-text.ts'

export const PAPERS = ['a4', 'letter'] as const
export type Paper = (typeof PAPERS)[number]

export const MARGIN = 56
export const INK = '#1b1b1b'
export const QUIET = '#565c65'
export const RULE = '#c9ccd1'
export const ACCENT = '#1a4480'

export const number = (value: number) => value.toLocaleString('en')

/** A part in percent, to two decimals. */
export const percent = (part: number, whole: number) =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`

/** Between the margins. */
export const widthOf = (doc: Doc) => doc.page.width - 2 * MARGIN

/** A new page where less than `points` are left. @returns whether there is one */
export function room(doc: Doc, points: number): boolean {
  if (doc.y + points <= doc.page.height - MARGIN - 20) return false
  doc.addPage()
  return true
}

export function sectionHead(doc: Doc, text: string): void {
  doc
    .font('strong')
    .fontSize(13)
    .fillColor(INK)
    .text(text, MARGIN, doc.y + 22, { width: widthOf(doc) })
  doc.y += 4
}

export function rule(doc: Doc, lineWidth: number): void {
  doc
    .moveTo(MARGIN, doc.y)
    .lineTo(MARGIN + widthOf(doc), doc.y)
    .lineWidth(lineWidth)
    .stroke(RULE)
}

/** A number of a column, right-aligned in `width` points. */
export function figure(doc: Doc, text: string, x: number, y: number, width = 70): void {
  doc.text(text, x, y, { width, align: 'right', features: ['tnum'], lineBreak: false })
}

/** Sets a text in any script below what stands. Names in it were asked for by {@link Names}. */
export function put(doc: Doc, text: string, type: Type): void {
  const set = paragraph(doc, text, type, widthOf(doc))
  room(doc, set.height)
  draw(doc, set, { x: MARGIN, y: doc.y })
}

/** Names as they can be set: one with a character that no font here has stands by its id, and the document says so. */
export class Names {
  readonly missing = new Set<string>()
  name(text: string, id: string): string {
    const missing = missingIn(text)
    if (missing.length === 0) return text
    for (const character of missing) this.missing.add(character)
    return `[${id}]`
  }
}
