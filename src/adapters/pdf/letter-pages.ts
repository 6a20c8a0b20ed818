/**
 * Letters as PDF to print: each a sheet for a window envelope, names in any script that there is a
 * font for. What all voters of a district read in one language is set once and drawn again; pages
 * leave as they are made.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import PDFDocument from 'pdfkit'
import type { Letter, LetterPage } from '../../core/letter/letter.ts'
import type { Doc } from './doc.ts'
import { forgetWords, forgetWrittenPages } from './flat-memory.ts'
import { LATIN, missingIn, openFace } from './font-set.ts'
import { drawCommon, drawOwnWords, type KeySlot } from './letter-common.ts'
import { MM, type PdfLook, SENDER_MM, type SheetLook } from './letter-look.ts'
import { drawQr } from './letter-qr.ts'
import { openImage } from './printable-logo.ts'
import { type Recorded, recording } from './recorded.ts'
import { draw, paragraph, type Type } from './set-text.ts'
import { INK } from './sheet.ts'

/** The bytes of the file, as pages are made. */
export async function* pdfLetters(
  batches: AsyncIterable<readonly Letter[]>,
  { logo, ...rest }: PdfLook,
): AsyncGenerator<Uint8Array> {
  const doc = newDocument(rest.envelope)
  const look: SheetLook = { ...rest, logo: logo === null ? null : openImage(doc, logo) }
  forgetWrittenPages(doc)
  let made: Uint8Array[] = []
  doc.on('data', (chunk: Uint8Array) => made.push(chunk))
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('end', resolve)
    doc.on('error', reject)
  })
  const common = commonParts(doc, look)
  let voter = 0
  for await (const batch of batches)
    for (const letter of batch) {
      voter++
      const set = settable(() => look.onMissing?.(voter))
      for (const [i, page] of letter.pages.entries()) {
        doc.addPage()
        const { slot, words } = common(page, letter)
        if (i === 0) drawWindow(doc, letter, look, set)
        drawKey(doc, letter, page, slot, set)
        if (words.length > 0) drawOwnWords(doc.addPage(), page, words, look, set)
      }
      if (voter % LETTERS_PER_TURN > 0) continue
      if (voter % LETTERS_REMEMBERED === 0) forgetWords(doc)
      await nextTurn()
      yield* made
      made = []
    }
  doc.end()
  await ended
  yield* made
}

const LETTERS_PER_TURN = 16
/** Letters whose names and addresses are kept as shapes; a multiple of the above. */
const LETTERS_REMEMBERED = 256

function newDocument(envelope: PdfLook['envelope']): Doc {
  const doc = new PDFDocument({
    size: [envelope.width * MM, envelope.height * MM],
    ...{ margin: 0, autoFirstPage: false, pdfVersion: '1.7' },
    info: { Title: 'Letters', Creator: 'Digital Elections', Producer: 'Digital Elections' },
  })
  for (const weight of ['regular', 'strong'] as const) doc.registerFont(weight, openFace(LATIN, weight)!.path)
  return doc
}

/** A text with a question mark for what no font has. */
function settable(onMissing: () => void): (text: string) => string {
  return (text) => {
    const missing = missingIn(text)
    if (missing.length === 0) return text
    onMissing()
    return missing.reduce((rest, character) => rest.replaceAll(character, '?'), text)
  }
}

/**
 * Draws what is the same for all voters of a district and language; pages of which there are many
 * are recorded.
 */
function commonParts(doc: Doc, look: SheetLook): (page: LetterPage, letter: Letter) => CommonPart {
  // Weak: of an election with more pages than the maker of letters keeps, each is a letter's own.
  const known = new WeakMap<LetterPage, Recorded<CommonPart>>()
  const fitting = fittingPages({ ...look, logo: null })
  return (page, letter) => {
    const before = known.get(page)
    if (before !== undefined) {
      before.put()
      return before.result
    }
    const { first, words } = fitting(page, letter)
    const recorded = recording(doc, () => {
      const { slot } = drawCommon(
        doc,
        first,
        letter,
        look,
        settable(() => {}),
      )
      return { slot, words }
    })
    recorded.put()
    known.set(page, recorded)
    return recorded.result
  }
}

/** Contests that are named where titles are long. */
const FEW_CONTESTS = 2

interface CommonPart {
  readonly slot: KeySlot
  /** The organiser's own, where they have no room on the first page. */
  readonly words: readonly string[]
}

/**
 * Finds what has room on one page, by drawing it on paper that is thrown away. The logo has a place
 * of its own.
 */
function fittingPages(
  look: SheetLook,
): (page: LetterPage, letter: Letter) => { readonly first: LetterPage; readonly words: readonly string[] } {
  const { envelope } = look
  const bottom = (envelope.height - envelope.margin.bottom) * MM
  return (page, letter) => {
    const few = page.contests.length - FEW_CONTESTS
    const bare = { ...page, ownWords: [] }
    const first = [
      page,
      bare,
      { ...bare, contests: [...page.contests.slice(0, FEW_CONTESTS), page.words.more(few)] },
    ].find((tried) => {
      const scratch = newDocument(envelope).addPage()
      const { until } = drawCommon(
        scratch,
        tried,
        letter,
        look,
        settable(() => {}),
      )
      return until <= bottom || tried.contests.length > page.contests.length
    })
    return { first: first ?? bare, words: first === page ? [] : page.ownWords }
  }
}

const ADDRESS_SIZES = [10.5, 9.5, 8.5, 7.5]
const LEADING = 1.36

/** The address, as large as the window has room for it. */
function drawWindow(
  doc: Doc,
  { recipient, pages: [page] }: Letter,
  { envelope }: SheetLook,
  set: (text: string) => string,
): void {
  if (recipient.length === 0) return
  const { left, top, width, height } = envelope.window
  const hasSender = envelope.hasSenderLine && page !== undefined && page.organiser !== ''
  const from = hasSender ? SENDER_MM + 2 : envelope.hasSenderLine ? SENDER_MM : 0
  const room = (height - from) * MM
  for (const size of ADDRESS_SIZES) {
    const lines = recipient.map((line) => paragraph(doc, set(line), { size, color: INK }, width * MM))
    const needed = lines.reduce((sum, line) => sum + line.height, 0)
    if (needed > room && size !== ADDRESS_SIZES.at(-1)) continue
    let y = (top + from) * MM
    for (const line of lines) {
      if (y + line.height > (top + height) * MM + LEADING) return
      y = draw(doc, line, { x: left * MM, y })
    }
    return
  }
}

function drawKey(
  doc: Doc,
  letter: Letter,
  page: LetterPage,
  slot: KeySlot,
  set: (text: string) => string,
): void {
  drawQr(doc, letter.link, slot.qr)
  const isRtl = page.dir === 'rtl'
  const place = (y: number): { x: number; y: number; right?: number } => ({
    x: slot.x,
    y,
    ...(isRtl && { right: slot.x + slot.width }),
  })
  const fitted = (text: string, sizes: readonly number[], most: number): ReturnType<typeof paragraph> => {
    for (const size of sizes) {
      const type: Type = { size, color: INK, weight: 'strong' }
      const made = paragraph(doc, text, type, slot.width)
      if (made.height <= most || size === sizes.at(-1)) return made
    }
    throw new Error('no size to set it in')
  }
  draw(doc, fitted(set(letter.voterId), [13, 10, 8, 6.5], 18), place(slot.voterId))
  doc.font('Courier-Bold').fontSize(11.5).fillColor(INK)
  const width = doc.widthOfString(letter.keyCode)
  doc.text(letter.keyCode, isRtl ? slot.x + slot.width - width : slot.x, slot.keyCode, { lineBreak: false })
}
