/**
 * A file that a command will write when its work is done: refused before the work where it cannot
 * be written.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { BadInput } from './bad-input.ts'

/**
 * @throws {BadInput} where its folder is missing or not a folder, nothing may be written there, or
 *   a folder lies at the path itself
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
    throw refusal(path, 'may not be written: name another path, or have its permissions changed')
  }
}

function refusal(path: string, message: string): BadInput {
  return new BadInput(path, [{ message }])
}
