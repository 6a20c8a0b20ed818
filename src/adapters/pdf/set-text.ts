/**
 * Texts in any script on a sheet: lines broken where the script breaks, words put in their visual
 * order (UAX #9, by bidi-js), each piece shaped in the font that has it. Latin, Greek and Cyrillic
 * are set as text; the shapes of other scripts come from HarfBuzz and are drawn. What is copied
 * from the page is the text as it was written.
 */
import bidiFactory, { type Bidi } from 'bidi-js'
import { Direction, Buffer as ShapingBuffer, shape } from 'harfbuzzjs'
import type { Doc } from './doc.ts'
import { clustersOf, type Face, faceFor, LATIN, openFace, type Weight } from './font-set.ts'

const bidi = (bidiFactory as unknown as () => Bidi)()

export interface Type {
  /** Points. */
  readonly size: number
  readonly color: string
  readonly weight?: Weight
}

export interface Line {
  /** Places in the paragraph's text. */
  readonly start: number
  readonly end: number
  readonly width: number
}

/** A text made ready for a width: its lines, and what drawing them needs. */
export interface Paragraph {
  readonly text: string
  readonly type: Type
  readonly lines: readonly Line[]
  /** Of all lines, points. */
  readonly height: number
  readonly clusters: readonly Cluster[]
  readonly levels: Uint8Array
}

interface Cluster {
  readonly text: string
  readonly index: number
  readonly face: Face
}

/** A piece of a line that is drawn at once: one font, one direction. */
interface Piece {
  readonly text: string
  readonly face: Face
  readonly level: number
}

/**
 * Between baselines, of the size; above the first baseline. Noto's own, so that no mark above or
 * below is cut.
 */
const LEADING = 1.36
const ASCENT = 1.07

/** What shapes nothing is not drawn: isolates have done their work once the order is known. */
const INVISIBLE = /[\u200b\u200e\u200f\u2060\u2066-\u2069]/g
/**
 * Other letters may be drawn as a letter and its marks (ị), of which a reader copies the first
 * alone.
 */
const COPIED_AS_DRAWN = /^[\u0020-\u017f\u2010-\u2069\u20ac]*$/
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]/u
/** Never begins a line; never ends one. */
const CLOSING = /^[\p{Pe}\p{Pf}!,.:;?\u2026\u3001\u3002\u30fb\u30fc\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]/u
const OPENING = /[\p{Ps}\p{Pi}]$/u

const words = new Intl.Segmenter('und', { granularity: 'word' })

/**
 * @param width points; a word that is wider is broken
 * @param direction of the whole; that of its first letter if left out
 */
export function paragraph(
  doc: Doc,
  text: string,
  type: Type,
  width: number,
  direction?: 'ltr' | 'rtl',
): Paragraph {
  const clusters = clustersIn(text)
  const { levels } = bidi.getEmbeddingLevels(text, direction)
  const measure = (start: number, end: number) =>
    piecesIn(clusters, levels, start, end).reduce((sum, piece) => sum + widthOf(doc, piece, type), 0)
  const lines: Line[] = []
  let start = 0
  let end = 0
  const put = (until: number) => {
    const drawn = text.slice(start, until).trimEnd().length + start
    lines.push({ start, end: drawn, width: measure(start, drawn) })
    start = until
  }
  for (const stop of stopsIn(text, clusters, (from, to) => measure(from, to) > width)) {
    const drawn = text.slice(start, stop).trimEnd().length + start
    if (end > start && measure(start, drawn) > width) put(end)
    end = stop
  }
  if (end > start || lines.length === 0) put(text.length)
  return { text, type, lines, height: lines.length * type.size * LEADING, clusters, levels }
}

export interface Place {
  readonly x: number
  readonly y: number
  /** Where lines end that stand at the right. */
  readonly right?: number
}

/** Draws all lines from `y` downwards. @returns where the next text can stand */
export function draw(doc: Doc, text: Paragraph, { x, y, right }: Place): number {
  const { type, lines, clusters, levels } = text
  for (const [i, { start, end, width }] of lines.entries()) {
    let at = right === undefined ? x : right - width
    const baseline = y + i * type.size * LEADING + ASCENT * type.size
    const pieces = piecesIn(clusters, levels, start, end)
    const isPlain = pieces.every(isSetAsText)
    // A drawn shape is no text to whoever copies it: the line's own stands there, unseen.
    const written = text.text.slice(start, end)
    const isMarked = isPlain && !COPIED_AS_DRAWN.test(written)
    if (!isPlain) unseen(doc, written, type.size, at, baseline)
    if (isMarked) doc.markContent('Span', { actual: written.replace(INVISIBLE, '') })
    for (const piece of inVisualOrder(pieces)) {
      if (isPlain) setAsText(doc, piece.text.replace(INVISIBLE, ''), type, at, baseline)
      else drawShapes(doc, piece, type, at, baseline)
      at += widthOf(doc, piece, type)
    }
    if (isMarked) doc.endMarkedContent()
  }
  doc.x = x
  doc.y = y + text.height
  return doc.y
}

/** Whether pdfkit's own shaping is enough: letters one after the other, from left to right. */
function isSetAsText({ text, face, level }: Piece): boolean {
  return face === LATIN && level % 2 === 0 && !/\p{Script=Devanagari}/u.test(text)
}

function setAsText(doc: Doc, text: string, type: Type, x: number, baseline: number): void {
  setLatin(doc, type)
  doc.fillColor(type.color).text(text, x, baseline, { baseline: 'alphabetic', lineBreak: false })
}

function unseen(doc: Doc, text: string, size: number, x: number, y: number): void {
  doc.markContent('Span', { actual: text.replace(INVISIBLE, '') })
  doc.font('Helvetica').fontSize(size)
  doc.text(' ', x, y, { baseline: 'alphabetic', lineBreak: false })
  doc.endMarkedContent()
}

interface Glyph {
  readonly id: number
  /** In units of the design. */
  readonly advance: number
  readonly x: number
  readonly y: number
}

/** From left to right, whatever the script's direction. */
function shaped({ text, face, level }: Piece, weight: Weight): readonly Glyph[] {
  const buffer = new ShapingBuffer()
  buffer.addText(text)
  buffer.guessSegmentProperties()
  buffer.setDirection(level % 2 === 1 ? Direction.RTL : Direction.LTR)
  shape(openFace(face, weight)!.font, buffer)
  const positions = buffer.getGlyphPositions()
  return buffer.getGlyphInfos().map(({ codepoint: id }, i) => {
    const { xAdvance: advance, xOffset: x, yOffset: y } = positions[i]!
    return { id, advance, x, y }
  })
}

function drawShapes(
  doc: Doc,
  piece: Piece,
  { size, color, weight = 'regular' }: Type,
  x: number,
  y: number,
): void {
  const { font, unitsPerEm } = openFace(piece.face, weight)!
  const scale = size / unitsPerEm
  let pen = 0
  doc.save().translate(x, y).scale(scale, -scale)
  for (const glyph of shaped(piece, weight)) {
    const outline = font.glyphToPath(glyph.id)
    if (outline !== '') {
      doc.save().translate(pen + glyph.x, glyph.y)
      doc.path(outline).fill(color).restore()
    }
    pen += glyph.advance
  }
  doc.restore()
}

/** A glyph as a path of SVG, whose y grows upwards; lengths are in heights of a letter. */
export interface GlyphShape {
  readonly path: string
  readonly x: number
  readonly y: number
  /** Of the path's own units. */
  readonly scale: number
}

export interface Outline {
  readonly width: number
  readonly shapes: readonly GlyphShape[]
}

/**
 * A line of text as shapes, in its visual order. @throws Error for a character that no font has:
 * ask missingIn first
 */
export function outlineOf(text: string, weight: Weight): Outline {
  const { levels } = bidi.getEmbeddingLevels(text)
  const shapes: GlyphShape[] = []
  let width = 0
  for (const piece of inVisualOrder(piecesIn(clustersIn(text), levels, 0, text.length))) {
    const { font, unitsPerEm } = openFace(piece.face, weight)!
    for (const { id, advance, x, y } of shaped(piece, weight)) {
      const path = font.glyphToPath(id)
      if (path !== '')
        shapes.push({ path, x: width + x / unitsPerEm, y: y / unitsPerEm, scale: 1 / unitsPerEm })
      width += advance / unitsPerEm
    }
  }
  return { width, shapes }
}

function clustersIn(text: string): Cluster[] {
  let before: Face | null = null
  return clustersOf(text).map(({ segment, index }) => {
    const face = faceFor(segment, before)
    if (face === null) throw new Error(`no font has “${segment}”: ask missingIn first`)
    before = face
    return { text: segment, index, face }
  })
}

/**
 * Where a line may end: after spaces, between characters that stand without any, and within a word
 * too wide for one.
 */
function* stopsIn(
  text: string,
  clusters: readonly Cluster[],
  isTooWide: (start: number, end: number) => boolean,
): Generator<number> {
  let from = 0
  for (const { segment, index } of words.segment(text)) {
    const end = index + segment.length
    const next = text.slice(end, end + 2)
    const mayBreak =
      next === '' ||
      (/\s$/u.test(segment) && !/^\s/u.test(next)) ||
      (WITHOUT_SPACES.test(segment) &&
        WITHOUT_SPACES.test(next) &&
        !CLOSING.test(next) &&
        !OPENING.test(segment))
    if (!mayBreak) continue
    if (isTooWide(from, text.slice(from, end).trimEnd().length + from))
      for (const cluster of clusters) if (cluster.index > from && cluster.index < end) yield cluster.index
    yield end
    from = end
  }
}

function piecesIn(clusters: readonly Cluster[], levels: Uint8Array, start: number, end: number): Piece[] {
  const pieces: { text: string; face: Face; level: number }[] = []
  for (const { text, index, face } of clusters) {
    if (index < start || index >= end) continue
    const level = levels[index]!
    const last = pieces.at(-1)
    if (last !== undefined && last.face === face && last.level === level) last.text += text
    else pieces.push({ text, face, level })
  }
  return pieces
}

/** UAX #9, rule L2, over pieces: within one of them the shaper turns the characters. */
function inVisualOrder(pieces: readonly Piece[]): readonly Piece[] {
  const order = [...pieces]
  const levels = order.map(({ level }) => level)
  const highest = Math.max(0, ...levels)
  for (let level = highest; level > 0; level--)
    for (let from = 0; from < order.length; from++) {
      if (order[from]!.level < level) continue
      let to = from
      while (to < order.length && order[to]!.level >= level) to++
      order.splice(from, to - from, ...order.slice(from, to).reverse())
      from = to
    }
  return order
}

function widthOf(doc: Doc, piece: Piece, type: Type): number {
  const { size, weight = 'regular' } = type
  if (isSetAsText(piece)) {
    setLatin(doc, type)
    return doc.widthOfString(piece.text.replace(INVISIBLE, ''))
  }
  const { unitsPerEm } = openFace(piece.face, weight)!
  return (shaped(piece, weight).reduce((sum, { advance }) => sum + advance, 0) * size) / unitsPerEm
}

function setLatin(doc: Doc, { size, weight = 'regular' }: Type): void {
  doc.font(weight).fontSize(size)
}
