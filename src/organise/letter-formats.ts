/** What voters are sent, from their keys: rows for a mail merge, or letters to print, one a page. Pure. */

import type { VoterKey } from '../adapters/files/key-file.ts'
import { BYTE_ORDER_MARK, csvCell } from '../core/csv-field.ts'
import { keyCode, keyFragment } from '../core/election/key-code.ts'
import { type QrCode, qrCode } from '../core/qr/qr-code.ts'

export interface LetterFormat {
  readonly head: string
  readonly letter: (key: VoterKey) => string
  readonly foot: string
}

/** @param booth the booth's address, without a fragment */
export function csvLetters(booth: string): LetterFormat {
  return {
    head: `${BYTE_ORDER_MARK}personal_id,district,key_code,link\r\n`,
    letter: (key) => {
      const { personal_id, district } = key
      const pair = pairOf(key)
      return `${[personal_id, district, keyCode(pair), booth + keyFragment(pair)].map(csvCell).join(',')}\r\n`
    },
    foot: '',
  }
}

/** @param title what stands at the top of each letter */
export function htmlLetters(booth: string, title: string): LetterFormat {
  return {
    head: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
  body { font: 12pt/1.5 system-ui, sans-serif; margin: 0 }
  section { max-width: 38rem; margin: 0 auto; padding: 2rem; break-after: page; break-inside: avoid }
  h1 { font-size: 18pt; line-height: 1.2 }
  dt { margin-top: 1rem; color: #444 }
  dd { margin: 0; font-size: 14pt; overflow-wrap: anywhere }
  .key { font-family: ui-monospace, monospace; font-weight: bold }
  svg { width: 5cm; height: 5cm; display: block; margin: 1rem 0 }
  @page { margin: 2cm }
</style>
`,
    letter: (key) => {
      const pair = pairOf(key)
      return `<section>
<h1>${escaped(title)}</h1>
<p>You can vote online. Scan this square with your phone:</p>
${qrSvg(qrCode(booth + keyFragment(pair)))}
<p>Or open <strong>${escaped(booth)}</strong> and type:</p>
<dl>
<dt>Voter ID</dt><dd class="key" dir="auto">${escaped(key.personal_id)}</dd>
<dt>Voter key</dt><dd class="key">${keyCode(pair)}</dd>
<dt>District</dt><dd>${escaped(key.district)}</dd>
</dl>
<p>The key works once. Whoever has this letter can vote in your place: keep it to yourself, and destroy it when you have voted.</p>
</section>
`
    },
    foot: '</html>\n',
  }
}

function pairOf({ personal_id, guid }: VoterKey) {
  return { personalId: personal_id, guid }
}

function qrSvg(code: QrCode): string {
  const rows = code.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join(''))
  const size = code.length + 8
  return `<svg viewBox="-4 -4 ${size} ${size}" shape-rendering="crispEdges"><title>QR code of your link</title><path d="${rows.join('')}"/></svg>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
