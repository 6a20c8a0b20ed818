/** What ends a command, as its exit code and its last words (core/fault.ts has both). */
import { faultOf } from '../adapters/node/system-fault.ts'
import { EXIT, type ExitCode, faultLine } from '../core/fault.ts'

export const EXIT_NO = EXIT.no
export const EXIT_BAD_INPUT = EXIT.badInput

export interface Verdict {
  readonly code: ExitCode
  /** One line, but for a list of what is wrong in a file, and for mistakes of this program. */
  readonly message: string
}

/** The exit code and the words for an error that ended a command. */
export function verdictOn(error: unknown): Verdict {
  const fault = faultOf(error)
  if (fault === undefined)
    // A mistake of this program: whoever mends it needs the stack.
    return {
      code: EXIT.fault,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  const line = faultLine(fault)
  // What was handed in wrong says itself where; all else is looked up by its code
  // (docs/operations.md, "Faults").
  return { code: fault.exit, message: fault.code === 'bad-input' ? line : `${line} [${fault.code}]` }
}
