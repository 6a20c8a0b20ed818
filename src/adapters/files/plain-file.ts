/**
 * Files of a folder that somebody else made: a copied log, a file handed in. Only plain files are
 * read, and only so far: a named pipe would never answer, a device never end, and a link may lead
 * back to itself.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { BadInput } from './bad-input.ts'

/** Without O_NONBLOCK a named pipe that nobody writes to would hang in `open`. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * The first bytes of a plain file, one more than `mostBytes` where it is longer; undefined where
 * there is none. Reads synchronously: of many small files that is several times faster than to wait
 * for each.
 * @param look is shown whose file it is and who may change it: of the very file that is read,
 *   whatever lies there later
 * @throws {BadInput} where something else lies there, or it cannot be read
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
