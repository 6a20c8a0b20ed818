/** Makes a command take from environment and file what its flags leave open. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { refuseOnCommandLine } from './secrets.ts'
import { CONFIG_VARIABLE, type Commands, DEFAULT_FILE, isSetting, settingsOf } from './settings.ts'
import type { Settle } from './sources.ts'

const HELP = new Set(['-h', '--help'])

/** Commands that have settings of `serve` alone, by the same names. */
const OF_SERVE: ReadonlySet<string> = new Set(['ready'])

function isFileNamed(args: readonly string[]): boolean {
  return (
    args.some((arg) => arg === '--config' || arg.startsWith('--config=')) ||
    (process.env[CONFIG_VARIABLE] ?? '') !== '' ||
    existsSync(DEFAULT_FILE)
  )
}

/**
 * @returns what puts settings into a command; null where there are none, or only help is asked for
 */
export async function settlerFor(args: readonly string[], commands: Commands): Promise<Settle | null> {
  if (args.some((arg) => HELP.has(arg))) return null
  const isInFile = isFileNamed(args)
  // Where nothing but flags says anything, no other command is loaded.
  if (!isInFile && !Object.keys(process.env).some(isSetting)) return null
  const { openSources, sourcesOfServe } = await import('./sources.ts')
  if (!isInFile && OF_SERVE.has(args[0] ?? '')) return sourcesOfServe(process.env)
  return openSources(commands, process.env)
}

/**
 * Adds --config, and calls `settle` once the flags are parsed, before anything is asked of the
 * values.
 */
export function configured(command: Command, settle: Settle | null): Command {
  for (const inside of command.commands) configured(inside, settle)
  if (command.commands.length > 0) return command
  command.option('--config <file>', 'settings in JSON (default: elections.json, where it is there)')
  const parse = command.parseOptions.bind(command)
  command.parseOptions = (args) => {
    const parsed = parse(args)
    refuseSecretFlags(command)
    settle?.(command)
    return parsed
  }
  return command
}

function refuseSecretFlags(command: Command): void {
  // Secrets are declared with their variable: which names `serve` shares does not matter here.
  for (const { option, flag, variable, secret } of settingsOf(command, command)) {
    const attribute = option.attributeName()
    if (secret === undefined || command.getOptionValueSource(attribute) !== 'cli') continue
    for (const text of [command.getOptionValue(attribute)].flat())
      refuseOnCommandLine(flag, variable, String(text), secret)
  }
}
