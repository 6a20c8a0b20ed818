/** The part of the certificate that says how anybody can check it: the command, the checkpoint, a QR code, hashes. */

import type { Certification } from '../../core/log/certification-form.ts'
import { qrCode } from '../../core/qr/qr-code.ts'
import type { Doc } from './doc.ts'
import { missingIn } from './font-set.ts'
import { draw, paragraph } from './set-text.ts'
import { INK, MARGIN, number, QUIET, room, sectionHead, widthOf } from './sheet.ts'

export interface Whereabouts {
  /** SHA-256 of certification.json, hexadecimal. */
  readonly sha256: string
  /** Where the log is served, where that is known. */
  readonly logAddress: string | null
}

/** Stands for a name of the log that cannot be set. */
const ELSEWHERE = '(in certification.json)'
/** Beside the QR code. */
const LABELS = 110
const SIDE = 118

export function howToCheck(
  doc: Doc,
  { log, result_sha256, checked }: Certification,
  { logAddress, sha256 }: Whereabouts,
) {
  const [name = '', size = '', root = ''] = log.checkpoint.split('\n')
  room(doc, 290)
  sectionHead(doc, 'How to check it')
  const top = doc.y
  const right = MARGIN + widthOf(doc)
  const beside = widthOf(doc) - SIDE - 20
  drawQr(doc, logAddress ?? log.checkpoint, right - SIDE, top + 2, SIDE)
  const words =
    'Every ballot is in a public log. Anybody can download it, count it again, and compare. The program below does, and needs to trust nobody.'
  draw(doc, paragraph(doc, words, { size: 9.5, color: INK }, beside), { x: MARGIN, y: top })
  doc.y += 6
  rows(
    doc,
    [['Log', name] as const, ['Entries', number(Number(size))] as const, ['Root', root] as const],
    beside,
  )
  const below = logAddress === null ? 'The signed checkpoint' : 'The public log'
  doc.font('regular').fontSize(7.5).fillColor(QUIET)
  const { y } = doc
  doc.text(below, right - SIDE, top + SIDE + 5, { width: SIDE, align: 'center', lineBreak: false })
  doc.y = Math.max(y, top + SIDE + 20)
  command(doc, logAddress ?? 'ADDRESS-OF-THE-LOG', log.key)
  rows(
    doc,
    [
      ['Result, SHA-256', result_sha256],
      ['Certification, SHA-256', sha256],
      ['Checked', checked.map(({ check, count }) => `${check} ${number(count)}`).join(', ')],
    ],
    widthOf(doc),
  )
}

function rows(doc: Doc, all: readonly (readonly [string, string])[], width: number): void {
  for (const [label, value] of all) {
    const { y } = doc
    doc.font('regular').fontSize(8).fillColor(QUIET).text(label, MARGIN, y, { lineBreak: false })
    if (isTypewritten(value) && label !== 'Checked' && label !== 'Entries') {
      doc.font('Courier').fontSize(7.5).fillColor(INK)
      doc.text(value, MARGIN + LABELS, y + 2.6, { width: width - LABELS })
      doc.y += 5
    } else {
      const shown = missingIn(value).length === 0 ? value : ELSEWHERE
      const set = paragraph(doc, shown, { size: 8, color: INK }, width - LABELS)
      draw(doc, set, { x: MARGIN + LABELS, y })
      doc.y += 2
    }
  }
}

/** Points: from the size that reads well to the least that can be read. */
const COMMAND_SIZES = [8, 4.5] as const
/** How wide a letter of the typewriter is, of its size. */
const COURIER = 0.6

/**
 * One line, as small as it must be: what is copied from the paper is run as it is. Longer than any line, it breaks where
 * the shell takes the next line as its rest, and never within the key.
 */
function command(doc: Doc, address: string, key: string): void {
  const fits = (text: string) => (widthOf(doc) - 2) / (text.length * COURIER)
  const quoted = isTypewritten(key) && !key.includes("'") ? `'${key}'` : null
  const whole = `elections verify ${address} --key ${quoted ?? ELSEWHERE}`
  const [best, least] = COMMAND_SIZES
  const lines =
    fits(whole) >= least ? [whole] : [`elections verify ${address} \\`, `  --key ${quoted ?? ELSEWHERE}`]
  doc.y += 4
  for (const line of lines) {
    doc
      .font('Courier')
      .fontSize(Math.min(best, fits(line)))
      .fillColor(INK)
    doc.text(line, MARGIN, doc.y, { lineBreak: false })
    doc.y += 10
  }
  doc.y += 6
}

/** The fixed font of every PDF reader has only the letters of ASCII; in it none is taken for another. */
function isTypewritten(text: string): boolean {
  return /^[ -~]*$/.test(text)
}

function drawQr(doc: Doc, text: string, x: number, y: number, side: number): void {
  const code = qrCode(text)
  const module = side / code.length
  for (const [row, modules] of code.entries())
    for (const [column, dark] of modules.entries())
      if (dark) doc.rect(x + column * module, y + row * module, module + 0.05, module + 0.05)
  doc.fill(INK)
}
