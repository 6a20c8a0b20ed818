/** A small file that a definition names, read whole. */
import { BadInput } from './bad-input.ts'
import { openInput } from './input-file.ts'

/**
 * @returns at most one byte more than `mostBytes`, which is enough to say so; or in words why it
 *   cannot be read
 */
export async function bytesOf(path: string, mostBytes: number): Promise<Buffer | string> {
  try {
    const { handle, sizeBytes } = await openInput(path)
    try {
      const bytes = Buffer.alloc(Math.min(sizeBytes, mostBytes + 1))
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof BadInput) return `cannot be read: ${error.problems[0]!.message}`
    throw error
  }
}
