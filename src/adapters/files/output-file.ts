/**
 * Checks a path that a command will write to when its work is done, and refuses it before the work
 * begins.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { BadInput } from './bad-input.ts'

/**
 * @throws {BadInput} if its folder is missing, is not a folder or is not writable, or if the path
 *   itself is a folder
 */
export function refuseUnwritable(path: string): void {
  const folder = dirname(path)
  const at = statSync(path, { throwIfNoEntry: false })
  const above = statSync(folder, { throwIfNoEntry: false })
  if (above === undefined)
    throw refusal(path, `its folder ${folder} is missing: make it, or name another path`)
  if (!above.isDirectory()) throw refusal(path, `${folder} is not a folder: name another path`)
  if (at?.isDirectory()) throw refusal(path, 'is a folder: name a file in it')
  try {
    accessSync(at === undefined ? folder : path, constants.W_OK)
  } catch {
    throw refusal(path, 'cannot be written: name another path, or have its permissions changed')
  }
}

function refusal(path: string, message: string): BadInput {
  return new BadInput(path, [{ message }])
}
