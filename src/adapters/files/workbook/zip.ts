/**
 * The parts of a ZIP file, one at a time and within bounds: nothing is unpacked but what is asked
 * for, and no more of it than is allowed. What a file says of its sizes is not believed.
 */
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { BadInput } from '../bad-input.ts'
import type { InputFile } from '../input-file.ts'

export interface ZipPart {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly packedBytes: number
  /** Of its local header. */
  readonly at: number
}

const END_SIGNATURE = 0x06054b50
const PART_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const END_BYTES = 22
const MOST_COMMENT = 65_535
const MOST_PARTS = 4_096
const MOST_DIRECTORY = 1024 * 1024
/**
 * Sheets shrink to a twentieth or a fiftieth; what shrinks further than this was made to fill a
 * disk or a memory.
 */
const MOST_RATIO = 200
const RATIO_FROM_BYTES = 1024 * 1024
const PIECE_BYTES = 64 * 1024

/** @throws {BadInput} where it is no whole ZIP file, or one of too many parts */
export async function zipParts(input: InputFile): Promise<ReadonlyMap<string, ZipPart>> {
  const tailAt = Math.max(0, input.sizeBytes - END_BYTES - MOST_COMMENT)
  const tail = await bytesAt(input, tailAt, input.sizeBytes - tailAt)
  const end = endIn(tail)
  if (end < 0) refuse(input, 'is not a whole workbook: save it again')
  const count = tail.readUInt16LE(end + 10)
  const bytes = tail.readUInt32LE(end + 12)
  const at = tail.readUInt32LE(end + 16)
  if (count > MOST_PARTS || bytes > MOST_DIRECTORY || at + bytes > input.sizeBytes)
    refuse(input, 'is a workbook of too many parts, or not whole')
  return partsIn(input, await bytesAt(input, at, bytes), count)
}

function endIn(tail: Buffer): number {
  for (let at = tail.length - END_BYTES; at >= 0; at--) if (tail.readUInt32LE(at) === END_SIGNATURE) return at
  return -1
}

function partsIn(input: InputFile, directory: Buffer, count: number): ReadonlyMap<string, ZipPart> {
  const parts = new Map<string, ZipPart>()
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== PART_SIGNATURE)
      refuse(input, 'is not a whole workbook: save it again')
    const isEncrypted = (directory.readUInt16LE(at + 8) & 1) === 1
    const method = directory.readUInt16LE(at + 10)
    const nameBytes = directory.readUInt16LE(at + 28)
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes)
    if (isEncrypted) refuse(input, 'is encrypted: save it without a password')
    if (parts.has(name)) refuse(input, 'is a workbook that has a part twice')
    parts.set(name, {
      name,
      method,
      packedBytes: directory.readUInt32LE(at + 20),
      at: directory.readUInt32LE(at + 42),
    })
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return parts
}

/**
 * A part's bytes, unpacked, as they come.
 * @param mostBytes after which it is refused
 * @throws {BadInput}
 */
export async function* partBytes(
  input: InputFile,
  part: ZipPart,
  mostBytes: number,
  onPacked?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const local = await bytesAt(input, part.at, 30)
  if (local.length < 30 || local.readUInt32LE(0) !== LOCAL_SIGNATURE)
    refuse(input, 'is not a whole workbook: save it again')
  const from = part.at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
  if (part.method !== 0 && part.method !== 8)
    refuse(input, 'is packed in a way that is not read: save it again')
  if (part.packedBytes === 0) return
  const packed = Readable.from(packedBytes(input, from, part.packedBytes, onPacked), { objectMode: false })
  const bytes: Readable = part.method === 0 ? packed : pipeline(packed, createInflateRaw(), () => {})
  let read = 0
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      read += chunk.length
      if (read > mostBytes || (read > RATIO_FROM_BYTES && read > MOST_RATIO * part.packedBytes))
        refuse(input, 'unpacks to far more than a roll can be: save the sheet as “CSV UTF-8”')
      yield chunk
    }
  } catch (cause) {
    if (cause instanceof BadInput || !(cause as NodeJS.ErrnoException).code?.startsWith('Z_')) throw cause
    refuse(input, 'is not a whole workbook: save it again')
  } finally {
    bytes.destroy()
    packed.destroy()
  }
}

async function* packedBytes(
  input: InputFile,
  from: number,
  length: number,
  onPacked?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; ) {
    const piece = await bytesAt(input, from + done, Math.min(PIECE_BYTES, length - done))
    if (piece.length === 0) return
    done += piece.length
    onPacked?.(done)
    yield piece
  }
}

async function bytesAt(input: InputFile, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await input.handle.read(bytes, 0, length, at)
  return bytes.subarray(0, bytesRead)
}

function refuse(input: InputFile, message: string): never {
  throw new BadInput(input.path, [{ message }])
}
