/** Why a simulation cannot be run as it was asked for: one line for the person who asked. */
export class CannotSimulate extends Error {
  readonly code = 'BAD_INPUT'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CannotSimulate'
  }
}
