/**
 * The structure of a JPEG file (ITU-T T.81, annex B): markers and their segments, one frame, scans,
 * the end.
 */
import type { PictureForm } from './picture-form.ts'

const START = 0xd8
const END = 0xd9
const SCAN = 0xda
/** Frames that browsers show: baseline, extended, progressive. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2])
/** Other frames: lossless, hierarchical, arithmetic. */
const OTHER_FRAMES: ReadonlySet<number> = new Set([
  0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf,
])
const APP1 = 0xe1
const EXIF = 'Exif\0\0'
const BREAKS_OFF = 'is cut off: save it again'

/**
 * Checks the structure of a JPEG file (ITU-T T.81, annex B).
 * @returns the form of the picture, or why it is refused, as words that follow the file's name
 */
export function jpegForm(bytes: Uint8Array): PictureForm | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: { readonly width: number; readonly height: number } | undefined
  let hasExif = false
  let hasScan = false
  for (let at = 2; at + 2 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return 'is damaged: save it again'
    const marker = bytes[at + 1]!
    // Any number of 0xff may precede a marker.
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === END) {
      if (at + 2 !== bytes.length) return 'has data after its end (perhaps a second picture): save it again'
      return size !== undefined && hasScan
        ? { type: 'image/jpeg', ...size, hasExif }
        : 'has no pixels: save it again'
    }
    if (marker === START || marker < 0xc0 || isRestart(marker)) return 'is damaged: save it again'
    if (at + 4 > bytes.length) return BREAKS_OFF
    const length = view.getUint16(at + 2)
    const end = at + 2 + length
    if (length < 2 || end > bytes.length) return BREAKS_OFF
    if (OTHER_FRAMES.has(marker)) return 'is a kind of JPEG that browsers do not show: save it again'
    if (FRAMES.has(marker)) {
      if (size !== undefined || length < 8) return 'has more than one picture in it: save it again'
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    }
    if (marker === APP1 && String.fromCharCode(...bytes.subarray(at + 4, at + 4 + EXIF.length)) === EXIF)
      hasExif = true
    at = end
    if (marker === SCAN) {
      if (size === undefined) return 'has no header at its place: save it again'
      hasScan = true
      at = scanEnd(bytes, end)
    }
  }
  return BREAKS_OFF
}

/**
 * The position of the next marker. Within a scan 0xff is followed by 0 or by a restart, which
 * belong to the scan.
 */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++)
    if (bytes[at] === 0xff && bytes[at + 1] !== 0 && !isRestart(bytes[at + 1]!)) return at
  return bytes.length
}

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7
