/**
 * What a command holds its settings against besides each value by itself, so that "elections config
 * --check" can do it.
 */
import type { Command } from 'commander'

type Check = (options: never) => void

const CHECKS = new WeakMap<Command, Check[]>()

/** @param check throws {BadInput} or {BadAddress}; what is not set is no business of its */
export function checkedBy<Options>(command: Command, check: (options: Options) => void): Command {
  CHECKS.set(command, [...(CHECKS.get(command) ?? []), check])
  return command
}

/** @throws what the checks of the command throw */
export function runChecks(command: Command): void {
  for (const check of CHECKS.get(command) ?? []) check(command.opts() as never)
}
