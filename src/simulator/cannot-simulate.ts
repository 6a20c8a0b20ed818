/** What ends a simulation before it has begun. */
import { Fault } from '../core/fault.ts'

/** Why a simulation cannot be run as it was asked for: one line for the person who asked. */
export class CannotSimulate extends Fault<'cannot-simulate'> {
  constructor(why: string, options?: ErrorOptions) {
    super('cannot-simulate', { why }, options)
  }
}
