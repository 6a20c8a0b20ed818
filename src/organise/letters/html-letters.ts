/** Letters as HTML to print: each is a sheet for a window envelope, with its link as a QR code. */
import type { Envelope } from '../../core/letter/envelope.ts'
import type { Letter, LetterPage } from '../../core/letter/letter.ts'
import { qrCode } from '../../core/qr/qr-code.ts'

export interface LetterLook {
  readonly envelope: Envelope
  /** PNG, JPEG or WebP; null if absent. */
  readonly logo: Uint8Array | null
  /** The heading, if it differs from the election's title. */
  readonly title: string | undefined
}

export async function* htmlLetters(
  batches: AsyncIterable<readonly { readonly letter: Letter }[]>,
  look: LetterLook,
): AsyncGenerator<string> {
  yield head(look)
  let check: { readonly link: string; readonly qr: string } | undefined
  const checkQr = ({ check: to }: Letter): string => {
    if (to === null) return ''
    if (check?.link !== to.link) check = { link: to.link, qr: qrPath(to.link) }
    return check.qr
  }
  for await (const batch of batches)
    yield batch.map(({ letter }) => letterHtml(letter, look, checkQr(letter))).join('')
  yield '</html>\n'
}

function letterHtml(letter: Letter, look: LetterLook, check: string): string {
  const qr = qrPath(letter.link)
  return letter.pages.map((page, i) => pageHtml(letter, page, i === 0, { qr, check }, look)).join('')
}

function head({ envelope, logo }: LetterLook): string {
  const { window: place, margin } = envelope
  const image = logo === null ? '' : `.logo { background-image: url("${dataUrl(logo)}") }\n  `
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Letters</title>
<style>
  @page { size: ${envelope.width}mm ${envelope.height}mm; margin: 0 }
  * { box-sizing: border-box }
  body { margin: 0; font: 9.5pt/1.35 system-ui, "Noto Sans", sans-serif; color: #1b1b1b }
  section { position: relative; width: ${envelope.width}mm; min-height: ${envelope.height}mm;
    break-after: page; margin: 0 auto;
    padding: ${envelope.bodyTop}mm ${margin.right}mm ${margin.bottom}mm ${margin.left}mm }
  .top { position: absolute; left: ${margin.left}mm; right: ${margin.right}mm; top: 12mm; height: 24mm;
    overflow: hidden; display: flex; align-items: center; gap: 5mm; font-size: 12pt; font-weight: 600 }
  .logo { width: 40mm; height: 20mm; background: left center / contain no-repeat; flex: none }
  ${image}[dir="rtl"] .logo { background-position: right center }
  .window { position: absolute; left: ${place.left}mm; top: ${place.top}mm;
    width: ${place.width}mm; height: ${place.height}mm; overflow: hidden;
    direction: ltr; text-align: left; font-size: 10.5pt; line-height: 1.25 }
  .window div { unicode-bidi: plaintext; text-align: left; overflow-wrap: anywhere }
  .many { font-size: 9pt; line-height: 1.15 }
  .sender { font-size: 7pt; height: 12mm; display: flex; align-items: end;
    padding-bottom: 1mm; border-bottom: .2mm solid #8d9297; margin-bottom: 2mm }
  h1 { font-size: 15pt; line-height: 1.2; margin: 0 0 2mm }
  h2 { font-size: 10pt; margin: 3mm 0 .5mm }
  p { margin: 0 0 2mm; white-space: pre-line }
  ul { margin: 0; padding-inline-start: 5mm }
  .facts { display: grid; grid-template-columns: max-content 1fr; gap: 0 4mm; margin: 0 }
  .facts dt, .key dt { color: #565c65 } dd { margin: 0 }
  .vote { display: flex; gap: 6mm; margin: 3mm 0 2mm; padding: 4mm;
    border: .3mm solid #1a4480; border-radius: 1.5mm; break-inside: avoid }
  .vote svg { width: 42mm; height: 42mm; flex: none; background: #fff }
  .key dl { margin: 0 }
  .key dd { font: 600 11.5pt/1.3 ui-monospace, "DejaVu Sans Mono", monospace; margin-bottom: 1.5mm;
    overflow-wrap: anywhere }
  .key dd.code { direction: ltr; unicode-bidi: isolate; white-space: nowrap; font-size: 10.5pt }
  [dir="rtl"] .key dd.code { text-align: right }
  .address { font-weight: 600; overflow-wrap: anywhere }
  .small { font-size: 8pt; color: #3d4551; overflow-wrap: anywhere }
  .mono { font: 7pt/1.3 ui-monospace, "DejaVu Sans Mono", monospace; direction: ltr; unicode-bidi: isolate }
  .check { display: flex; gap: 6mm; align-items: start; margin-top: 3mm; break-inside: avoid }
  .check svg { width: 22mm; height: 22mm; flex: none; background: #fff } .check p { margin: 0 0 1mm }
  .once { font-weight: 600 } .demo { color: #8b0a03; font-weight: 600 }
  .fold { position: absolute; left: 4mm; width: 4mm; border-top: .2mm solid #8d9297 }
  @media screen { body { background: #dfe1e2 } section { background: #fff; margin: 8mm auto } }
</style>
`
}

/** The QR codes of a letter, in the form of `qrPath`. */
interface Squares {
  readonly qr: string
  /** The link to the verifier page; the same in all letters. */
  readonly check: string
}

function pageHtml(
  letter: Letter,
  page: LetterPage,
  isFirst: boolean,
  { qr, check }: Squares,
  look: LetterLook,
): string {
  const { words, facts, contests, contact } = page
  const fact = ([label, text]: readonly [string, string]): string =>
    `<dt>${escaped(label)}</dt><dd>${escaped(text)}</dd>`
  const window = isFirst ? windowHtml(letter, page, look) : ''
  const logo = look.logo === null ? '' : '<div class="logo"></div>'
  const simulated = page.simulated ? `<p class="demo">${escaped(words.simulated)}</p>\n` : ''
  const ownWords = page.ownWords.map((text) => `<p dir="auto">${escaped(text)}</p>\n`).join('')
  const booth = `<p class="address"><bdi dir="ltr">${escaped(letter.booth)}</bdi></p>`
  const help =
    contact.length === 0
      ? escaped(words.helpUnknown)
      : contact.map((text) => `<bdi>${escaped(text)}</bdi>`).join(' · ')
  return `<section lang="${escaped(page.lang)}" dir="${page.dir}">
${window}<div class="top">${logo}<span dir="auto">${escaped(page.organiser)}</span></div>
${look.envelope.folds.map((at) => `<div class="fold" style="top:${at}mm"></div>`).join('')}
<h1 dir="auto">${escaped(look.title ?? page.title)}</h1>
${simulated}${ownWords}<dl class="facts">${facts.map(fact).join('')}</dl>
<h2>${escaped(words.ballot)}</h2>
<ul>${contests.map((title) => `<li dir="auto">${escaped(title)}</li>`).join('')}</ul>
<div class="vote"><svg viewBox="-4 -4 ${qr}"/></svg><div class="key">
<p>${escaped(words.scan)} ${escaped(words.type)}</p>${booth}
<dl><dt>${escaped(words.voterId)}</dt><dd><bdi>${escaped(letter.voterId)}</bdi></dd>
<dt>${escaped(words.voterKey)}</dt><dd class="code">${letter.keyCode}</dd></dl></div></div>
<p class="once">${escaped(words.once)}</p>
<h2>${escaped(words.trouble)}</h2>
<ul>${words.troubles.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>
<h2>${escaped(words.help)}</h2>
<p>${help}</p>
${checkHtml(letter, words, check)}</section>
`
}

/** The log's key, and a link that contains it. */
function checkHtml({ check, logKey }: Letter, words: LetterPage['words'], qr: string): string {
  if (check === null || logKey === null) return ''
  const key = `<span class="mono">${escaped(logKey)}</span>`
  return `<div class="check"><div><p class="small">${escaped(words.check)}<br>${key}</p>
<p class="small">${escaped(words.checkAt)}<br><bdi dir="ltr">${escaped(check.address)}</bdi></p></div>
<svg viewBox="-4 -4 ${qr}"/></svg></div>
`
}

/** The number of lines that fit into a window in the usual font size. */
const USUAL_LINES = { din: 6, us10: 3 }

function windowHtml({ recipient }: Letter, { organiser }: LetterPage, { envelope }: LetterLook): string {
  if (recipient.length === 0) return ''
  const usual = envelope.hasSenderLine ? USUAL_LINES.din : USUAL_LINES.us10
  const sender =
    envelope.hasSenderLine && organiser !== ''
      ? `<div class="sender"><span>${escaped(organiser)}</span></div>`
      : ''
  const lines = recipient.map((line) => `<div dir="auto">${escaped(line)}</div>`).join('')
  return `<div class="window${recipient.length > usual ? ' many' : ''}">${sender}${lines}</div>\n`
}

/** The rest of an SVG element from its size on: one path of the dark runs. */
function qrPath(text: string): string {
  const code = qrCode(text)
  const size = code.length + 8
  const runs = code.map((row, y) =>
    rowRuns(row)
      .map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`)
      .join(''),
  )
  return `${size} ${size}" shape-rendering="crispEdges"><path d="${runs.join('')}"`
}

function rowRuns(row: readonly boolean[]): readonly (readonly [at: number, width: number])[] {
  const runs: [number, number][] = []
  for (const [x, dark] of row.entries()) {
    const last = runs.at(-1)
    if (!dark) continue
    if (last !== undefined && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  }
  return runs
}

function dataUrl(bytes: Uint8Array): string {
  const type = bytes[0] === 0x89 ? 'image/png' : bytes[0] === 0xff ? 'image/jpeg' : 'image/webp'
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
