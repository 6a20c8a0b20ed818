/**
 * The structure of a JPEG file (ITU-T T.81, annex B): markers and their segments, one frame, scans,
 * the end. Pure.
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
const BREAKS_OFF = 'breaks off: save it again'

export function jpegForm(bytes: Uint8Array): PictureForm | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: { readonly width: number; readonly height: number } | undefined
  let hasExif = false
  let hasScan = false
  for (let at = 2; at + 2 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return 'is damaged: save it again'
    const marker = bytes[at + 1]!
    // Any number of 0xff may stand before a marker.
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === END) {
      if (at + 2 !== bytes.length)
        return 'has something behind its end (a second picture, perhaps): save it again'
      return size !== undefined && hasScan
        ? { type: 'image/jpeg', ...size, hasExif }
        : 'has no pixels: save it again'
    }
    if (marker === START || marker < 0xc0 || isRestart(marker)) return 'is damaged: save it again'
    if (at + 4 > bytes.length) return BREAKS_OFF
    const length = view.getUint16(at + 2)
    const end = at + 2 + length
    if (length < 2 || end > bytes.length) return BREAKS_OFF
    if (OTHER_FRAMES.has(marker)) return 'is JPEG of a kind that browsers do not show: save it again'
    if (FRAMES.has(marker)) {
      if (size !== undefined || length < 8) return 'has more than one picture in it: save it again'
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    }
    if (marker === APP1 && String.fromCharCode(...bytes.subarray(at + 4, at + 4 + EXIF.length)) === EXIF)
      hasExif = true
    at = end
    if (marker === SCAN) {
      if (size === undefined) return 'has no header where JPEG has it: save it again'
      hasScan = true
      at = scanEnd(bytes, end)
    }
  }
  return BREAKS_OFF
}

/**
 * Where the next marker stands: in a scan 0xff is followed by 0, or by a restart, and both belong
 * to it.
 */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++)
    if (bytes[at] === 0xff && bytes[at + 1] !== 0 && !isRestart(bytes[at + 1]!)) return at
  return bytes.length
}

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7
