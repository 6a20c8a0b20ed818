/**
 * Writes all findings about an input file, a line each: `line,kind,finding`. The terminal shows
 * only the first ones. Findings are written as they come and not kept in memory. They name lines,
 * never persons.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { BYTE_ORDER_MARK, csvCell } from '../../core/csv-field.ts'
import { BadInput } from './bad-input.ts'

export interface FindingFile {
  readonly add: (line: number, kind: 'refused' | 'warning', finding: string) => void
  /** Writes what is still buffered. Call it once. */
  readonly close: () => void
}

const HELD = 512

/** @throws {BadInput} if a file of that name exists, or cannot be written */
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
