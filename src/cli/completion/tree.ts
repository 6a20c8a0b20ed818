/** What a shell completes: the commands, their flags, and the values of a flag. */
import type { Command } from 'commander'
import type { Commands } from '../config/settings.ts'

export interface CompletedFlag {
  /** `--role` */
  readonly flag: string
  readonly words: string
  /** `none`: no value; `file`: any text or path; else the possible values. */
  readonly takes: 'none' | 'file' | readonly string[]
}

export interface CompletedCommand {
  readonly name: string
  readonly words: string
  readonly flags: readonly CompletedFlag[]
  /** The possible values of its first argument; empty if any text is allowed. */
  readonly choices: readonly string[]
}

const HELP: CompletedFlag = { flag: '--help', words: 'display help for command', takes: 'none' }
const CONFIG: CompletedFlag = { flag: '--config', words: 'settings in JSON', takes: 'file' }

/** Returns every declared command with its flags. */
export async function completedCommands(commands: Commands): Promise<readonly CompletedCommand[]> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()))
  return loaded.map((command) => ({
    name: command.name(),
    words: inOneLine(command.summary() || command.description()),
    flags: [...flagsOf(command), CONFIG, HELP],
    choices: command.registeredArguments[0]?.argChoices ?? command.commands.map((inside) => inside.name()),
  }))
}

/** Includes the flags of its subcommands. */
function flagsOf(command: Command): readonly CompletedFlag[] {
  const options = [command, ...command.commands].flatMap((each) => each.options)
  const flags = options.map(
    ({ long, description, required, optional, argChoices }): CompletedFlag => ({
      flag: long!,
      words: inOneLine(description),
      takes: argChoices ?? (required || optional ? 'file' : 'none'),
    }),
  )
  return [...new Map(flags.map((flag) => [flag.flag, flag])).values()]
}

/** The first line, at most 80 characters, without characters that are special in a shell. */
function inOneLine(text: string): string {
  const line = text
    .split('\n', 1)[0]!
    .replaceAll(':', ' –')
    .replaceAll('[', '(')
    .replaceAll(']', ')')
    .replaceAll(/["'`\\$]/g, '’')
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`
}
