/**
 * Exit codes of `npm run cluster`: 0 done, 1 not all is well, 2 it cannot be done, 70 a fault of
 * the program.
 */
import { faultOf } from '../../src/adapters/node/system-fault.ts'
import { faultLine } from '../../src/core/fault.ts'
import { ClusterRefusal } from './refusal.ts'

export const EXIT_NO = 1
export const EXIT_BAD_INPUT = 2
const EXIT_FAULT = 70

/** The exit code and the words for an error that ended the command. */
export function verdictOn(error: unknown): { readonly code: number; readonly message: string } {
  if (!(error instanceof Error)) return { code: EXIT_FAULT, message: String(error) }
  const { message, stack = message } = error
  if (error instanceof ClusterRefusal) return { code: EXIT_BAD_INPUT, message }
  const fault = faultOf(error)
  if (fault !== undefined) return { code: fault.exit, message: faultLine(fault) }
  return { code: EXIT_FAULT, message: stack }
}
