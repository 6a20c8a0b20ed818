import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { MOST_PICTURE_BYTES, pictureForm } from './picture.ts'

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length)
  ends.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
}

function png(width: number, height: number, ...more: Buffer[]): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0])
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  const data = chunk('IDAT', deflateSync(Buffer.alloc(16)))
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, chunk('IHDR', header), ...more, data, chunk('IEND', Buffer.alloc(0))])
}

const segment = (marker: number, data: Buffer) =>
  Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data])
const frame = (width: number, height: number) =>
  segment(0xc0, Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]))
const scan = Buffer.concat([segment(0xda, Buffer.alloc(6)), Buffer.from([1, 0xff, 0, 2, 0xff, 0xd0, 3])])
const jpeg = (...parts: Buffer[]) =>
  Buffer.concat([Buffer.from([0xff, 0xd8]), ...parts, Buffer.from([0xff, 0xd9])])

const LOSSY = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64')
const LOSSLESS = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64')

const refused = (bytes: Buffer, words: RegExp) => {
  const form = pictureForm(bytes)
  assert.ok(typeof form === 'string', JSON.stringify(form))
  assert.match(form, words)
}

test('PNG, JPEG and WebP files with a valid structure are accepted, with their size', () => {
  const size = { width: 30, height: 40, hasExif: false }
  assert.deepEqual(pictureForm(png(30, 40)), { type: 'image/png', ...size })
  assert.deepEqual(pictureForm(jpeg(frame(30, 40), scan)), { type: 'image/jpeg', ...size })
  const one = { width: 1, height: 1, hasExif: false }
  assert.deepEqual(pictureForm(LOSSY), { type: 'image/webp', ...one })
  assert.deepEqual(pictureForm(LOSSLESS), { type: 'image/webp', ...one })
})

test('a camera’s notes are detected', () => {
  const exif = segment(0xe1, Buffer.from('Exif\0\0MM', 'latin1'))
  const read = [png(1, 1, chunk('eXIf', Buffer.alloc(8))), jpeg(exif, frame(1, 1), scan)].map(pictureForm)
  assert.deepEqual(
    read.map((form) => typeof form === 'object' && form.hasExif),
    [true, true],
  )
})

test('files with scripts, or of another kind, are refused by their kind', () => {
  refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), /is SVG/)
  refused(Buffer.from('\ufeff<?xml version="1.0"?><svg/>'), /is SVG/)
  refused(Buffer.from('<!DOCTYPE html><script>1</script>'), /is SVG/)
  refused(Buffer.from('GIF89a'), /is GIF/)
  refused(Buffer.from('\0\0\0\x18ftypheic', 'latin1'), /is HEIC/)
  refused(Buffer.from('\0\0\0\x18ftypavif', 'latin1'), /is HEIC or AVIF/)
  refused(Buffer.from('%PDF-1.7'), /not a supported picture/)
  refused(Buffer.alloc(0), /is empty/)
})

test('data after the end, before the beginning, or in the wrong place is refused', () => {
  const script = Buffer.from('<script>alert(1)</script>')
  refused(Buffer.concat([png(1, 1), script]), /after its end/)
  refused(Buffer.concat([jpeg(frame(1, 1), scan), script]), /after its end/)
  refused(Buffer.concat([LOSSY, script]), /does not have the length that it states/)
  refused(Buffer.concat([script, png(1, 1)]), /is SVG/)
  const grown = Buffer.concat([LOSSY, Buffer.from('EVIL\x02\0\0\0ab', 'latin1')])
  grown.writeUInt32LE(grown.length - 8, 4)
  refused(grown, /part that WebP does not define/)
  refused(jpeg(frame(1, 1), frame(2, 2), scan), /more than one/)
  refused(jpeg(scan), /no header/)
  refused(jpeg(frame(1, 1)), /no pixels/)
  refused(jpeg(segment(0xc3, Buffer.alloc(9)), scan), /browsers do not show/)
})

test('animated pictures, and those with too many bytes or pixels, are refused', () => {
  refused(png(1, 1, chunk('acTL', Buffer.alloc(8))), /animated/)
  refused(png(5_000, 10), /5000 × 10 pixels/)
  refused(png(4_000, 4_000), /pixels/)
  refused(png(0, 4), /no pixels/)
  refused(Buffer.concat([png(1, 1), Buffer.alloc(MOST_PICTURE_BYTES)]), /more than 512 KiB/)
})

test('property: a cut or changed picture is refused or still has a size, and nothing is thrown', () => {
  const sound = [png(30, 40), jpeg(frame(30, 40), scan), LOSSY, LOSSLESS]
  for (const bytes of sound)
    for (let length = 0; length < bytes.length; length++)
      assert.equal(typeof pictureForm(bytes.subarray(0, length)), 'string', `${length} of ${bytes.length}`)
  const changed = fc.tuple(fc.constantFrom(...sound), fc.nat(200), fc.nat(255)).map(([bytes, at, value]) => {
    const copy = Buffer.from(bytes)
    copy[at % copy.length] = value
    return copy
  })
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const form = pictureForm(bytes)
      if (typeof form === 'object') assert.ok(form.width > 0 && form.height > 0)
    }),
    { numRuns: 3_000 },
  )
})
