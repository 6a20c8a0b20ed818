/** The sheet of paper: its measures and colours in points, and what every part of the document does on it. */
import type PDFDocument from 'pdfkit'

export type Doc = InstanceType<typeof PDFDocument>

export const MARGIN = 56
export const WIDTH = 595.28 - 2 * MARGIN
const BOTTOM = 841.89 - MARGIN - 20
export const INK = '#1b1b1b'
export const QUIET = '#565c65'
export const RULE = '#c9ccd1'
export const ACCENT = '#1a4480'

export const number = (value: number) => value.toLocaleString('en')

/** A new page where less than `points` are left. @returns whether there is one */
export function room(doc: Doc, points: number): boolean {
  if (doc.y + points <= BOTTOM) return false
  doc.addPage()
  return true
}

export function sectionHead(doc: Doc, text: string): void {
  doc
    .font('strong')
    .fontSize(13)
    .fillColor(INK)
    .text(text, MARGIN, doc.y + 22, { width: WIDTH })
  doc.y += 4
}
