/** A file of secrets, written as a stream: its owner's alone (0600), never over another, there whole or not at all. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, link, lstat, open, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BadInput } from './bad-input.ts'

/**
 * Writes the pieces as they come and puts the file in place, durable, after the last.
 * @throws {BadInput} where the path is taken or cannot be written; whatever `pieces` throws. Then no file is left.
 */
export async function writePrivateFile(path: string, pieces: AsyncIterable<string>): Promise<void> {
  await refuseExisting(path)
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.draft`)
  let handle: FileHandle
  try {
    handle = await open(draft, 'wx', 0o600)
  } catch (error) {
    throw new BadInput(path, [{ message: `cannot be written: ${(error as Error).message}` }])
  }
  try {
    for await (const piece of pieces) await handle.appendFile(piece)
    await handle.sync()
    // By a hard link, which fails where the name was taken meanwhile.
    await link(draft, path)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken(path) : error
  } finally {
    await handle.close()
    await unlink(draft)
  }
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new BadInput(path, [{ message: `cannot be written: ${(error as Error).message}` }])
  }
  throw taken(path)
}

function taken(path: string): BadInput {
  return new BadInput(path, [
    { message: 'exists, and files with keys are never overwritten: move it away, or name another' },
  ])
}
