/**
 * Reads files of a folder that somebody else made: a copied log, an input file. It reads only plain
 * files, and only up to a limit: a named pipe would never answer, a device would never end, and a
 * link may lead back to itself.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { BadInput } from './bad-input.ts'

/** Without O_NONBLOCK, `open` would block on a named pipe without a writer. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * The first bytes of a plain file, at most `mostBytes + 1`; undefined if there is no file. Reads
 * synchronously: for many small files that is several times faster than to await each.
 * @param look receives the owner and permissions of the very file that is read, even if the path is
 *   replaced later
 * @throws {BadInput} if something other than a plain file is there, or it cannot be read
 */
export function readPlain(
  path: string,
  mostBytes: number,
  look: (stat: Stats) => void = () => {},
): Uint8Array | undefined {
  let file: number
  try {
    file = openSync(path, FLAGS)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new BadInput(path, [{ message: openTrouble(cause) }])
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new BadInput(path, [{ message: 'is not a plain file' }])
    look(stat)
    const length = Math.min(stat.size, mostBytes + 1)
    const bytes = new Uint8Array(length)
    let read = 0
    while (read < length) {
      const more = readSync(file, bytes, read, length - read, read)
      if (more === 0) break
      read += more
    }
    return read === length ? bytes : bytes.subarray(0, read)
  } catch (cause) {
    if (cause instanceof BadInput) throw cause
    throw new BadInput(path, [{ message: openTrouble(cause) }])
  } finally {
    closeSync(file)
  }
}

/** Why a file could not be opened or read, in words. */
export function openTrouble(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied'
  if (code === 'EISDIR') return 'is a folder, not a file'
  if (code === 'ELOOP') return 'is a link that leads back to itself'
  if (code === 'ENXIO' || code === 'EOPNOTSUPP') return 'is not a plain file'
  return `cannot be read: ${message}`
}
