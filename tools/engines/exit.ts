/** Exit codes of `npm run cluster`: 0 done, 1 not all is well, 2 it cannot be done, 70 a fault of the program. */
export const EXIT_NO = 1
export const EXIT_BAD_INPUT = 2
const EXIT_FAULT = 70

/** Codes of errors that the caller can mend: a refusal of ours or of an adapter, and the system's. */
const CALLER_ERRORS = /^(BAD_INPUT|ENOENT|EACCES|ENOTDIR|EISDIR|EEXIST|EROFS|ENOSPC)$/

/** The exit code and the words for an error that ended the command. */
export function verdictOn(error: unknown): { readonly code: number; readonly message: string } {
  if (!(error instanceof Error)) return { code: EXIT_FAULT, message: String(error) }
  const { code = '', message, stack = message } = error as NodeJS.ErrnoException
  if (CALLER_ERRORS.test(code)) return { code: EXIT_BAD_INPUT, message }
  return { code: EXIT_FAULT, message: stack }
}
