/**
 * A picture for a ballot, PNG, JPEG or WebP: its structure is checked from the first byte to the
 * last. An accepted file has one still picture and no script. A browser that gets its type, and may
 * not guess another, shows it or nothing. Pixels are not decoded.
 */
import { jpegForm } from './jpeg.ts'
import type { PictureForm } from './picture-form.ts'
import { pngForm } from './png.ts'
import { webpForm } from './webp.ts'

export const MOST_PICTURE_BYTES = 512 * 1024
/** The most pixels on a side, and in all: a phone needs four bytes of memory per pixel. */
export const MOST_SIDE = 4_096
export const MOST_PIXELS = 8_000_000

/** @returns the form of the picture, or why it is refused, as words that follow the file's name */
export function pictureForm(bytes: Uint8Array): PictureForm | string {
  if (bytes.length > MOST_PICTURE_BYTES)
    return `has ${kibibytes(bytes.length)}, more than ${kibibytes(MOST_PICTURE_BYTES)}: make it smaller`
  const read = startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])
    ? pngForm(bytes)
    : startsWith(bytes, [0xff, 0xd8])
      ? jpegForm(bytes)
      : startsWith(bytes, RIFF) && startsWith(bytes.subarray(8), WEBP)
        ? webpForm(bytes)
        : otherKind(bytes)
  if (typeof read === 'string') return read
  const { width, height } = read
  if (width === 0 || height === 0) return 'has no pixels'
  if (width > MOST_SIDE || height > MOST_SIDE || width * height > MOST_PIXELS)
    return (
      `is ${width} × ${height} pixels, more than ${MOST_SIDE} on a side or ${MOST_PIXELS / 1e6} ` +
      'million in all'
    )
  return read
}

const RIFF = [0x52, 0x49, 0x46, 0x46]
const WEBP = [0x57, 0x45, 0x42, 0x50]
/** The part in which a browser would look for the beginning of a drawing. */
const LOOKED_AT = 1_024
const SAVE_AS = 'save it as PNG, JPEG or WebP'

function otherKind(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, LOOKED_AT))
  if (/<svg|<!doctype|<\?xml|<html|<script/i.test(start))
    return `is SVG or another text that may contain scripts: ${SAVE_AS}`
  if (start.startsWith('GIF8')) return `is GIF: ${SAVE_AS}`
  if (/^.{4}ftyp(?:hei|mif|avi)/s.test(start))
    return `is HEIC or AVIF, which not every browser shows: ${SAVE_AS}`
  return bytes.length === 0 ? 'is empty' : `is not a supported picture: ${SAVE_AS}`
}

/** @returns whether the bytes begin with others */
export function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}

const kibibytes = (bytes: number) => `${Math.ceil(bytes / 1024).toLocaleString('en')} KiB`
