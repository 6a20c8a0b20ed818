/** The exit code and the last message of a command that failed (catalogue: core/fault.ts). */
import { faultOf } from '../adapters/node/system-fault.ts'
import { EXIT, type ExitCode, faultLine } from '../core/fault.ts'

export const EXIT_NO = EXIT.no
export const EXIT_BAD_INPUT = EXIT.badInput

export interface Verdict {
  readonly code: ExitCode
  /** One line; several for a list of problems in a file, or for the stack of an internal error. */
  readonly message: string
}

/** Returns the exit code and the message for an error that ended a command. */
export function verdictOn(error: unknown): Verdict {
  const fault = faultOf(error)
  if (fault === undefined)
    // An internal error: a maintainer needs the stack.
    return {
      code: EXIT.fault,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  const line = faultLine(fault)
  // The message of bad input already says where. All other faults are documented by their code
  // (docs/operations.md, "Faults").
  return { code: fault.exit, message: fault.code === 'bad-input' ? line : `${line} [${fault.code}]` }
}
