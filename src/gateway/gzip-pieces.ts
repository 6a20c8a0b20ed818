/**
 * Gzip in pieces that are made once and sent to many (RFC 1951, RFC 1952): each stands by itself
 * and ends at a whole byte, so that any pieces after one head are a stream, whoever has missed
 * which. The stream has no end: its trailer would be a checksum of what this one reader was sent.
 */
import { constants, deflateRawSync } from 'node:zlib'

/** No name, no time, an unknown system. */
export const GZIP_HEAD: Buffer = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

/** @param level of compression, 1 to 9 */
export function gzipPiece(bytes: Uint8Array, level: number): Buffer<ArrayBuffer> {
  return deflateRawSync(bytes, { level, finishFlush: constants.Z_FULL_FLUSH })
}

const MOST_STORED = 65_535

/**
 * A piece that is not compressed, and costs nothing to make. @throws RangeError above 65,535 bytes
 */
export function storedPiece(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > MOST_STORED) throw new RangeError('too long for one stored block')
  const head = Buffer.alloc(5)
  head.writeUInt16LE(bytes.length, 1)
  head.writeUInt16LE(bytes.length ^ 0xffff, 3)
  return Buffer.concat([head, bytes])
}
