/**
 * Whether pdfkit can print a picture. It knows PNG and JPEG alone, and it unpacks a PNG's pixels
 * later, where an error ends the process: so they are unpacked here first.
 */
import { inflateSync } from 'node:zlib'
import PDFDocument from 'pdfkit'
import { MOST_PIXELS, pictureForm } from '../../core/picture/picture.ts'
import type { Doc } from './doc.ts'

/** A picture that a document holds once, however often it is drawn. */
export interface OpenedImage {
  readonly width: number
  readonly height: number
}

/** @throws Error where it is no PNG or JPEG */
export function openImage(doc: Doc, bytes: Uint8Array): OpenedImage {
  // pdfkit's types leave it out.
  return (doc as unknown as { openImage: (from: Buffer) => OpenedImage }).openImage(Buffer.from(bytes))
}

/** @returns why it cannot be printed, to follow "the logo"; null where it can */
export function whyNotPrinted(logo: Uint8Array): string | null {
  const form = pictureForm(logo)
  if (typeof form === 'string') return form
  if (form.type === 'image/webp') return 'is WebP, which PDF has not: save it as PNG'
  try {
    openImage(new PDFDocument({ autoFirstPage: false }), logo)
    return form.type === 'image/jpeg' || hasPixels(Buffer.from(logo)) ? null : DAMAGED
  } catch {
    return DAMAGED
  }
}

const DAMAGED = 'is damaged: save it again'
/** Sixteen bits for each of four channels, and a byte a row. */
const MOST_UNPACKED = 8 * MOST_PIXELS + 1024 * 1024
/**
 * Columns and rows between pixels, and the first of each, of the seven passes of an interlaced
 * picture.
 */
const ADAM7 = [
  [8, 8, 0, 0],
  [8, 8, 4, 0],
  [4, 8, 0, 4],
  [4, 4, 2, 0],
  [2, 4, 0, 2],
  [2, 2, 1, 0],
  [1, 2, 0, 1],
] as const
/** By colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const MOST_FILTER = 4

/**
 * Whether the data of a PNG of sound structure unpack to as many rows as it says, each with a
 * filter there is.
 */
function hasPixels(png: Buffer): boolean {
  const [width, height, bits] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24]!]
  const pixelBits = (CHANNELS[png[25]!] ?? 0) * bits
  if (pixelBits === 0) return false
  const pixels = inflateSync(dataOf(png), { maxOutputLength: MOST_UNPACKED })
  const passes = png[28] === 1 ? ADAM7 : ([[1, 1, 0, 0]] as const)
  let at = 0
  for (const [dx, dy, x, y] of passes) {
    const columns = Math.ceil((width - x) / dx)
    const rows = columns > 0 ? Math.max(0, Math.ceil((height - y) / dy)) : 0
    for (let row = 0; row < rows; row++) {
      if (at >= pixels.length || pixels[at]! > MOST_FILTER) return false
      at += 1 + Math.ceil((columns * pixelBits) / 8)
    }
  }
  return at === pixels.length
}

function dataOf(png: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  return Buffer.concat(parts)
}
