/**
 * Exit codes: 0 done, 1 it ran and the answer is no (something does not balance), 2 bad input with one line saying
 * what and where, 3 an election whose records contradict each other (nothing is repaired, starting again does not help),
 * 70 a fault after which the launcher starts the server again.
 */
import { EXIT_FAULT } from '../server/exit-fault.ts'

export const EXIT_NO = 1
export const EXIT_BAD_INPUT = 2
export const EXIT_BROKEN = 3

/** An error that is the caller's to mend. */
const CALLER_CODES = new Set(['ELECTION_EXISTS', 'FOLDER_IN_USE', 'BAD_INPUT', 'NOT_YET', 'CANNOT_SIMULATE'])

/** The exit code and the words for an error that ended a command. */
export function verdictOn(error: unknown): { code: number; message: string } {
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE')
    return {
      code: EXIT_BAD_INPUT,
      message: `port ${port} is in use: choose another with --port, or 0 for a free one`,
    }
  if (code === 'EACCES' && port !== undefined)
    return {
      code: EXIT_BAD_INPUT,
      message: `port ${port} needs more rights: choose one above 1023 with --port`,
    }
  if (code === 'OUTCOME_UNKNOWN') return { code: EXIT_FAULT, message }
  if (code === 'BROKEN_INVARIANT') return { code: EXIT_BROKEN, message }
  if (code !== undefined && CALLER_CODES.has(code)) return { code: EXIT_BAD_INPUT, message }
  if (
    typeof code === 'string' &&
    /^(ENOENT|EACCES|EPERM|ENOTDIR|EISDIR|EEXIST|EROFS|ENOSPC|ELOOP|ENAMETOOLONG)$/.test(code)
  )
    return { code: EXIT_BAD_INPUT, message }
  return {
    code: EXIT_FAULT,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}
