/**
 * Opening a file somebody hands in, and reading it as the text it is: UTF-8, or another encoding
 * where that is known.
 */
import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { BadInput } from './bad-input.ts'
import { certainEncoding, type Encoding, highBytes } from './legacy-encoding.ts'
import { openTrouble } from './plain-file.ts'

const CHUNK_BYTES = 256 * 1024
const NEWLINE = 0x0a

/** Bytes read so far, of how many. */
export type ReadProgress = (bytesRead: number, totalBytes: number) => void

export interface InputFile {
  readonly path: string
  readonly handle: FileHandle
  readonly sizeBytes: number
  /** Changes whenever the file at the path is written to or put in another's place. */
  readonly stamp: string
}

/** @throws {BadInput} where there is no file that can be read */
export async function openInput(path: string): Promise<InputFile> {
  let handle: FileHandle
  try {
    // Without O_NONBLOCK a named pipe that nobody writes to would hang here.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw new BadInput(path, [{ message: openTrouble(error) }])
  }
  try {
    const stat = await handle.stat({ bigint: true })
    if (!stat.isFile()) throw new BadInput(path, [{ message: 'is not a file' }])
    return {
      path,
      handle,
      sizeBytes: Number(stat.size),
      stamp: [stat.dev, stat.ino, stat.size, stat.mtimeNs].join(':'),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** @throws {BadInput} where the file is no longer the one with this stamp */
export async function refuseChanged(path: string, stamp: string): Promise<void> {
  const now = await openInput(path)
  await now.handle.close()
  if (now.stamp !== stamp) refuseAsChanged(path)
}

export function refuseAsChanged(path: string): never {
  throw new BadInput(path, [{ message: 'was changed while it was being read: start again' }])
}

/**
 * The file's bytes without a byte order mark, checked to be UTF-8 as they pass. The caller closes
 * the file.
 * @param howToSave what to do about a wrong encoding, in words
 * @throws {BadInput} on UTF-16 and on anything that is not UTF-8, naming the line
 */
export async function* utf8Chunks(
  input: InputFile,
  howToSave: string,
  onProgress?: ReadProgress,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let position = 0
  for (;;) {
    const { bytesRead, buffer } = await input.handle.read(
      Buffer.allocUnsafe(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      position,
    )
    let chunk: Buffer = buffer.subarray(0, bytesRead)
    if (position === 0) {
      if (looksLikeUtf16(chunk))
        throw new BadInput(input.path, [{ message: `is saved as UTF-16, not UTF-8: ${howToSave}` }])
      if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) chunk = chunk.subarray(3)
    }
    try {
      decoder.decode(chunk, { stream: bytesRead > 0 })
    } catch {
      throw new BadInput(input.path, [
        {
          line: await lineOfBadBytes(input.handle),
          message: `is not UTF-8 (perhaps Windows-1252 or Latin-1): ${howToSave}`,
        },
      ])
    }
    if (bytesRead === 0) return
    position += bytesRead
    onProgress?.(position, input.sizeBytes)
    if (chunk.length > 0) yield chunk
  }
}

/**
 * The file's text as UTF-8 without a byte order mark, in whatever encoding it is known to be. The
 * caller closes the file.
 * @throws {BadInput} where the bytes are not in that encoding
 */
export function textChunks(
  input: InputFile,
  howToSave: string,
  {
    encoding = 'utf-8',
    onProgress,
  }: { readonly encoding?: Encoding | undefined; readonly onProgress?: ReadProgress | undefined },
): AsyncGenerator<Buffer> {
  return encoding === 'utf-8'
    ? utf8Chunks(input, howToSave, onProgress)
    : decodedChunks(input, encoding, onProgress)
}

async function* decodedChunks(
  input: InputFile,
  encoding: Encoding,
  onProgress?: ReadProgress,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let position = 0
  for await (const chunk of byteChunks(input)) {
    position += chunk.length
    onProgress?.(position, input.sizeBytes)
    const text = decodedOrRefused(input.path, encoding, () => decoder.decode(chunk, { stream: true }))
    if (text !== '') yield Buffer.from(text)
  }
  const rest = decodedOrRefused(input.path, encoding, () => decoder.decode())
  if (rest !== '') yield Buffer.from(rest)
}

function decodedOrRefused(path: string, encoding: Encoding, decode: () => string): string {
  try {
    return decode()
  } catch {
    throw new BadInput(path, [
      { message: `is not ${ENCODING_NAMES[encoding] ?? encoding}, or not all of it is there` },
    ])
  }
}

async function* byteChunks(input: InputFile): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await input.handle.read(
      Buffer.allocUnsafe(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      position,
    )
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

const ENCODING_NAMES: Readonly<Partial<Record<Encoding, string>>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252',
  macintosh: 'Mac Roman',
}

/** An encoding as people call it. */
export function encodingInWords(encoding: Encoding): string {
  return ENCODING_NAMES[encoding] ?? encoding.replace(/^w/, 'W')
}

/**
 * The encoding of a file of text, by its bytes; all of them are read.
 * @param howToSave what to do where it is not certain, in words
 * @throws {BadInput} where it is not certain, naming a line
 */
export async function encodingOf(input: InputFile, howToSave: string): Promise<Encoding> {
  const strict = new TextDecoder('utf-8', { fatal: true })
  let position = 0
  let isUtf8 = true
  for await (const chunk of byteChunks(input)) {
    if (position === 0) {
      const wide = utf16In(chunk)
      if (wide !== undefined) return wide
      if (chunk.subarray(0, 4096).includes(0))
        throw new BadInput(input.path, [{ message: `holds zero bytes and is no text: ${howToSave}` }])
    }
    position += chunk.length
    try {
      strict.decode(chunk, { stream: true })
    } catch {
      isUtf8 = false
      break
    }
  }
  try {
    if (isUtf8) strict.decode()
  } catch {
    isUtf8 = false
  }
  if (isUtf8) return 'utf-8'
  const high = highBytes()
  for await (const chunk of byteChunks(input)) high.look(chunk)
  const certain = certainEncoding(high)
  if (certain !== undefined) return certain
  throw new BadInput(input.path, [
    {
      line: await lineOfBadBytes(input.handle),
      message: `is not UTF-8, and which other encoding it is in is not certain: ${howToSave}, or say the encoding, such as --encoding windows-1252`,
    },
  ])
}

/**
 * UTF-16, where its byte order mark says so, or every second of the first bytes is the zero of a
 * Latin letter.
 */
function utf16In(start: Buffer): Encoding | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  const head = start.subarray(0, Math.min(16, start.length & ~1))
  if (head.length < 4) return undefined
  const isZero = (rest: 0 | 1): boolean => head.every((byte, i) => (byte === 0) === (i % 2 === rest))
  return isZero(1) ? 'utf-16le' : isZero(0) ? 'utf-16be' : undefined
}

/**
 * By its byte order mark, or by the zero bytes that UTF-16 has in every Latin letter and no text
 * has.
 */
function looksLikeUtf16(start: Buffer): boolean {
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)) return true
  return start.subarray(0, 64).includes(0)
}

/** Reads again from the start: this is worth a second look only once something is wrong. */
async function lineOfBadBytes(handle: FileHandle): Promise<number> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let line = 1
  let position = 0
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return line
    const chunk = buffer.subarray(0, bytesRead)
    const end = chunk.lastIndexOf(NEWLINE) + 1
    // A line longer than a chunk is refused by everyone who reads lines; its first bytes are as
    // good a place as any.
    if (end === 0) return line
    const whole = chunk.subarray(0, end)
    const sound = isUtf8(whole)
    for (let at = 0; at < end; ) {
      const next = whole.indexOf(NEWLINE, at) + 1
      if (!sound && !isUtf8(whole.subarray(at, next))) return line
      line++
      at = next
    }
    position += end
  }
}
