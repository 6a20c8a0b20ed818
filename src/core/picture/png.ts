/**
 * The structure of a PNG file (W3C PNG, third edition): signature, chunks with their sums, IHDR
 * first, IEND last. Pure.
 */
import type { PictureForm } from './picture-form.ts'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Length, type and sum of a chunk. */
const FRAME_BYTES = 12
const HEADER_BYTES = 13

export function pngForm(bytes: Uint8Array): PictureForm | string {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) return 'begins like PNG and is not: save it again'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size: { readonly width: number; readonly height: number } | undefined
  let hasData = false
  let hasExif = false
  for (let at = SIGNATURE.length; at + FRAME_BYTES <= bytes.length; ) {
    const length = view.getUint32(at)
    const end = at + FRAME_BYTES + length
    if (end > bytes.length) return 'breaks off: save it again'
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (view.getUint32(end - 4) !== crc32(bytes.subarray(at + 4, end - 4)))
      return `is damaged (chunk ${type.replace(/[^A-Za-z]/g, '?')}): save it again`
    if ((size === undefined) !== (type === 'IHDR')) return 'has no header where PNG has it: save it again'
    if (type === 'IHDR') {
      if (length !== HEADER_BYTES) return 'has a header of another length: save it again'
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) }
    }
    if (type === 'acTL') return 'is animated: save it as a still picture'
    if (type === 'IDAT') hasData = true
    if (type === 'eXIf') hasExif = true
    if (type === 'IEND') {
      if (end !== bytes.length) return 'has something behind its end: save it again'
      if (!hasData || length !== 0) return 'has no pixels: save it again'
      return { type: 'image/png', ...size!, hasExif }
    }
    at = end
  }
  return 'breaks off: save it again'
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  return sum
})

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff]! ^ (sum >>> 8)
  return ~sum >>> 0
}
