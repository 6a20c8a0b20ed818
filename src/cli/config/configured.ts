/**
 * Makes a command read from the environment and the file the settings that its flags do not give.
 */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { refuseOnCommandLine } from './secrets.ts'
import { CONFIG_VARIABLE, type Commands, DEFAULT_FILE, isSetting, settingsOf } from './settings.ts'
import type { Settle } from './sources.ts'

const HELP = new Set(['-h', '--help'])

/** Commands whose settings are all settings of `serve`, with the same names. */
const OF_SERVE: ReadonlySet<string> = new Set(['ready'])

function isFileNamed(args: readonly string[]): boolean {
  return (
    args.some((arg) => arg === '--config' || arg.startsWith('--config=')) ||
    (process.env[CONFIG_VARIABLE] ?? '') !== '' ||
    existsSync(DEFAULT_FILE)
  )
}

/**
 * @returns a function that puts settings into a command; null without settings, or if only help is
 *   wanted
 */
export async function settlerFor(args: readonly string[], commands: Commands): Promise<Settle | null> {
  if (args.some((arg) => HELP.has(arg))) return null
  const isInFile = isFileNamed(args)
  // If there is neither a file nor a variable, no other command need be loaded.
  if (!isInFile && !Object.keys(process.env).some(isSetting)) return null
  const { openSources, sourcesOfServe } = await import('./sources.ts')
  if (!isInFile && OF_SERVE.has(args[0] ?? '')) return sourcesOfServe(process.env)
  return openSources(commands, process.env)
}

/** Adds --config, and calls `settle` after the flags are parsed and before values are checked. */
export function configured(command: Command, settle: Settle | null): Command {
  for (const inside of command.commands) configured(inside, settle)
  if (command.commands.length > 0) return command
  command.option(
    '--config <file>',
    'a file with settings, JSON (default: elections.json in the current folder, if it exists)',
  )
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
  // Secrets declare their own variables, so their names do not depend on `serve`.
  for (const { option, flag, variable, secret } of settingsOf(command, command)) {
    const attribute = option.attributeName()
    if (secret === undefined || command.getOptionValueSource(attribute) !== 'cli') continue
    for (const text of [command.getOptionValue(attribute)].flat())
      refuseOnCommandLine(flag, variable, String(text), secret)
  }
}
