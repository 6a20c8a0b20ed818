/** The fault that ends a simulation before its start. */
import { Fault } from '../core/fault.ts'

/** Why a simulation cannot run as requested, in one line. */
export class CannotSimulate extends Fault<'cannot-simulate'> {
  constructor(why: string, options?: ErrorOptions) {
    super('cannot-simulate', { why }, options)
  }
}
