/**
 * The part of the certificate that says how anybody can check it: the command, the checkpoint, a QR
 * code, hashes.
 */

import type { Certification } from '../../core/log/certification-form.ts'
import { qrCode } from '../../core/qr/qr-code.ts'
import type { Doc } from './doc.ts'
import { missingIn } from './font-set.ts'
import {
  INK,
  label,
  MARGIN,
  mirrored,
  numberOn,
  place,
  QUIET,
  ready,
  room,
  type Sheet,
  sectionHead,
  widthOf,
} from './sheet.ts'

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
  sheet: Sheet,
  { log, result_sha256, checked }: Certification,
  { logAddress, sha256 }: Whereabouts,
) {
  const { doc, words } = sheet
  const [name = '', size = '', root = ''] = log.checkpoint.split('\n')
  room(doc, 290)
  sectionHead(sheet, words.howToCheck)
  const top = doc.y
  const codeAt = MARGIN + widthOf(doc) - SIDE
  const beside = widthOf(doc) - SIDE - 20
  drawQr(doc, logAddress ?? log.checkpoint, mirrored(sheet, codeAt, SIDE), top + 2, SIDE)
  label(sheet, words.whatIsPublic, { size: 9.5, color: INK }, { x: MARGIN, y: top, width: beside })
  doc.y += 6
  rows(
    sheet,
    [
      [words.log, name, MONO] as const,
      [words.entries, numberOn(sheet, Number(size))],
      [words.root, root, MONO],
    ],
    beside,
  )
  const { y } = doc
  const below = logAddress === null ? words.signedCheckpoint : words.publicLog
  label(sheet, below, { size: 7.5, color: QUIET }, { x: codeAt, y: top + SIDE + 5, width: SIDE })
  doc.y = Math.max(y, top + SIDE + 20)
  command(doc, logAddress ?? 'ADDRESS-OF-THE-LOG', log.key)
  const counted = checked.find(({ check }) => check === 'ballots')?.count ?? 0
  rows(
    sheet,
    [
      [words.resultHash, result_sha256, MONO],
      [words.certificationHash, sha256, MONO],
      [words.checked, words.countedAgain(numberOn(sheet, counted))],
    ],
    widthOf(doc),
  )
}

const MONO = 'typewritten'

/**
 * A label and what it is of; what is typed off or compared letter by letter stands in the
 * typewriter's font.
 */
type Row = readonly [label: string, value: string, font?: typeof MONO]

function rows(sheet: Sheet, all: readonly Row[], width: number): void {
  const { doc } = sheet
  const beside = width - LABELS
  for (const [name, value, font] of all) {
    const { y } = doc
    label(sheet, name, { size: 8, color: QUIET }, { x: MARGIN, y, width: LABELS - 4 })
    doc.y = y
    if (font === MONO && isTypewritten(value)) {
      doc.font('Courier').fontSize(7.5).fillColor(INK)
      const align = sheet.isRtl ? 'right' : 'left'
      doc.text(value, mirrored(sheet, MARGIN + LABELS, beside), y + 2.6, { width: beside, align })
      doc.y += 5
    } else {
      const shown = missingIn(value).length === 0 ? value : ELSEWHERE
      const set = ready(sheet, shown, { size: 8, color: INK }, beside)
      place(sheet, set, { x: MARGIN + LABELS, y, width: beside })
      doc.y += 2
    }
  }
}

/** Points: from the size that reads well to the least that can be read. */
const COMMAND_SIZES = [8, 4.5] as const
/** How wide a letter of the typewriter is, of its size. */
const COURIER = 0.6

/**
 * One line, as small as it must be: what is copied from the paper is run as it is. Longer than any
 * line, it breaks where the shell takes the next line as its rest, and never within the key.
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

/**
 * The fixed font of every PDF reader has only the letters of ASCII; in it none is taken for
 * another.
 */
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
