/** A QR code as one path: a rectangle for each run of dark modules. */
import { qrCode } from '../../core/qr/qr-code.ts'
import type { Doc } from './doc.ts'

export interface QrPlace {
  readonly x: number
  readonly y: number
  /** With the quiet zone of four modules on each side, points. */
  readonly side: number
}

const QUIET = 4

export function drawQr(doc: Doc, text: string, { x, y, side }: QrPlace): void {
  const code = qrCode(text)
  const module = side / (code.length + 2 * QUIET)
  const path: string[] = []
  for (const [row, modules] of code.entries())
    for (let column = 0; column < modules.length; ) {
      const from = column
      while (modules[column]) column++
      if (column > from)
        path.push(
          [x + (from + QUIET) * module, y + (row + QUIET) * module, (column - from) * module, module + 0.02]
            .map((number) => number.toFixed(3))
            .join(' '),
        )
      column++
    }
  doc.fillColor('black')
  doc.addContent(`${path.join(' re\n')} re f`)
}
