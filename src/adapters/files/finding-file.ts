/**
 * All that was found in a file handed in, a line each, where the terminal shows the first ones:
 * `line,kind,finding`. It grows as things are found and is not held. It names lines and no persons.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { BYTE_ORDER_MARK, csvCell } from '../../core/csv-field.ts'
import { BadInput } from './bad-input.ts'

export interface FindingFile {
  readonly add: (line: number, kind: 'refused' | 'warning', finding: string) => void
  /** Writes what is left; to be called once. */
  readonly close: () => void
}

const HELD = 512

/** @throws {BadInput} where there is a file of that name, or none can be written */
export function createFindingFile(path: string): FindingFile {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new BadInput(path, [
      { message: code === 'EEXIST' ? 'exists: name another file' : `cannot be written: ${message}` },
    ])
  }
  let held = [`${BYTE_ORDER_MARK}line,kind,finding\r\n`]
  const flush = (): void => {
    writeSync(file, held.join(''))
    held = []
  }
  return {
    add: (line, kind, finding) => {
      held.push(`${line},${kind},${csvCell(finding)}\r\n`)
      if (held.length === HELD) flush()
    },
    close: () => {
      flush()
      closeSync(file)
    },
  }
}
