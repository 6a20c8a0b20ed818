/** Opening a file somebody hands in, and reading it as the UTF-8 it must be. */
import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { BadInput } from './bad-input.ts'
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
 * The file's bytes without a byte order mark, checked to be UTF-8 as they pass. The caller closes the file.
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

/** By its byte order mark, or by the zero bytes that UTF-16 has in every Latin letter and no text has. */
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
    // A line longer than a chunk is refused by everyone who reads lines; its first bytes are as good a place as any.
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
