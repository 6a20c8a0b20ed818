/** The part of the certificate that says how anybody can check it: the command, the checkpoint, a QR code, hashes. */
import type { Certification } from '../../core/log/certification-form.ts'
import { qrCode } from '../../core/qr/qr-code.ts'
import { canBeSet } from './letters.ts'
import { type Doc, INK, MARGIN, number, QUIET, room, sectionHead, WIDTH } from './sheet.ts'

export interface CertificateContext {
  /** SHA-256 of certification.json, hexadecimal. */
  readonly sha256: string
  /** Where the log is served, where that is known. */
  readonly logAddress: string | null
}

/** Stands for a name of the log that cannot be set. */
const ELSEWHERE = '(in certification.json)'

/** Height of a line of the table. */
const ROW = 11

export function howToCheck(
  doc: Doc,
  { log, result_sha256, checked }: Certification,
  context: CertificateContext,
) {
  const { logAddress, sha256 } = context
  const [name = '', size = '', root = ''] = log.checkpoint.split('\n')
  const origin = canBeSet(name) ? name : ELSEWHERE
  const key = canBeSet(log.key) ? log.key : ELSEWHERE
  room(doc, 270)
  sectionHead(doc, 'How to check it')
  const top = doc.y
  const side = 118
  const width = WIDTH - side - 20
  drawQr(doc, logAddress ?? log.checkpoint, MARGIN + WIDTH - side, top + 2, side)
  doc.font('regular').fontSize(9.5).fillColor(INK)
  doc.text(
    'Every ballot is in a public log. Anybody can download it, count it again, and compare. This program does, and needs to trust nobody:',
    MARGIN,
    top,
    { width },
  )
  const command = `elections verify ${logAddress ?? 'ADDRESS-OF-THE-LOG'} --key '${key}'`
  typewritten(doc, command, 8)
  doc.text(command, MARGIN, doc.y + 7, {
    width,
  })
  const rows = [
    ['Log', origin],
    ['Entries', number(Number(size))],
    ['Root', root],
    ['Result, SHA-256', result_sha256],
    ['Certification, SHA-256', sha256],
    ['Checked', checked.map(({ check, count }) => `${check} ${number(count)}`).join(', ')],
  ] as const
  doc.y += 6
  for (const [label, value] of rows) {
    doc.fontSize(8)
    const y = Math.max(doc.y, label === 'Result, SHA-256' ? top + side + 22 : 0)
    const wide = y >= top + side + 20 ? WIDTH - 110 : width - 110
    doc.font('regular').fillColor(QUIET).text(label, MARGIN, y, { width: 105 })
    const drop = label !== 'Entries' && label !== 'Checked' && typewritten(doc, value, 7.5) ? 2.6 : 0
    doc.fillColor(INK).text(value, MARGIN + 110, y + drop, { width: wide })
    doc.y = Math.max(doc.y, y + ROW) + 2
  }
  doc.font('regular').fontSize(7.5).fillColor(QUIET)
  const below = logAddress === null ? 'The signed checkpoint' : 'The public log'
  const { y } = doc
  doc.text(below, MARGIN + WIDTH - side, top + side + 5, { width: side, align: 'center', lineBreak: false })
  doc.x = MARGIN
  doc.y = y
}

/** What is to be copied, in letters that none confuses; the fixed font of every PDF reader has only those of ASCII. */
function typewritten(doc: Doc, text: string, size: number): boolean {
  const fits = /^[ -~]*$/.test(text)
  doc.font(fits ? 'Courier' : 'regular').fontSize(size)
  return fits
}

function drawQr(doc: Doc, text: string, x: number, y: number, side: number): void {
  const code = qrCode(text)
  const module = side / code.length
  for (const [row, modules] of code.entries())
    for (const [column, dark] of modules.entries())
      if (dark) doc.rect(x + column * module, y + row * module, module + 0.05, module + 0.05)
  doc.fill(INK)
}
