/**
 * The structure of a WebP file (RFC 9649): a RIFF container as long as it says, and one still
 * picture in it. Pure.
 */
import type { PictureForm } from './picture-form.ts'

const HEADER_BYTES = 12
const CHUNK_HEADER_BYTES = 8
const BREAKS_OFF = 'breaks off: save it again'
const DAMAGED = 'is damaged: save it again'
const KNOWN: ReadonlySet<string> = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ICCP', 'EXIF', 'XMP '])

interface Size {
  readonly width: number
  readonly height: number
}

export function webpForm(bytes: Uint8Array): PictureForm | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(4, true) + 8 !== bytes.length) return 'is not as long as it says: save it again'
  let canvas: Size | undefined
  let picture: Size | undefined
  let hasExif = false
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    if (at + CHUNK_HEADER_BYTES > bytes.length) return BREAKS_OFF
    const type = String.fromCharCode(...bytes.subarray(at, at + 4))
    const length = view.getUint32(at + 4, true)
    const start = at + CHUNK_HEADER_BYTES
    // Chunks begin at even places.
    const end = start + length + (length % 2)
    if (end > bytes.length) return BREAKS_OFF
    if (type === 'ANIM' || type === 'ANMF') return 'is animated: save it as a still picture'
    if (!KNOWN.has(type)) return 'has a part that WebP has not: save it again'
    if (type === 'VP8X') {
      if (length !== 10 || at !== HEADER_BYTES) return DAMAGED
      if ((bytes[start]! & 0x02) !== 0) return 'is animated: save it as a still picture'
      canvas = { width: 1 + uint24(bytes, start + 4), height: 1 + uint24(bytes, start + 7) }
    }
    if (type === 'EXIF') hasExif = true
    if (type === 'VP8 ' || type === 'VP8L') {
      if (picture !== undefined) return 'has more than one picture in it: save it again'
      picture =
        type === 'VP8 '
          ? lossySize(bytes.subarray(start, start + length))
          : losslessSize(bytes.subarray(start))
      if (picture === undefined) return DAMAGED
    }
    at = end
  }
  if (picture === undefined) return 'has no pixels: save it again'
  if (canvas && (canvas.width !== picture.width || canvas.height !== picture.height)) return DAMAGED
  return { type: 'image/webp', ...picture, hasExif }
}

const uint24 = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
const uint16 = (bytes: Uint8Array, at: number) => bytes[at]! | (bytes[at + 1]! << 8)

/** Of a key frame (RFC 6386, section 9.1); undefined for what begins otherwise. */
function lossySize(frame: Uint8Array): Size | undefined {
  if (frame.length < 10 || (frame[0]! & 1) !== 0) return undefined
  if (frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return undefined
  return { width: uint16(frame, 6) & 0x3fff, height: uint16(frame, 8) & 0x3fff }
}

/** Of a lossless picture (RFC 9649, section 3.4). */
function losslessSize(picture: Uint8Array): Size | undefined {
  if (picture.length < 5 || picture[0] !== 0x2f) return undefined
  const bits = picture[1]! | (picture[2]! << 8) | (picture[3]! << 16) | (picture[4]! << 24)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}
