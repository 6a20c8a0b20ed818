/** Runs one command, and turns its error into a message and an exit code. */
import { Command, CommanderError } from 'commander'
import { keepPrivate } from '../adapters/embedded/privacy.ts'
import { printable } from '../core/printable.ts'
import { VERSION } from '../server/version.ts'
import { COMMANDS } from './commands.ts'
import { configured, settlerFor } from './config/configured.ts'
import { PROGRAM } from './config/settings.ts'
import { EXIT_BAD_INPUT, verdictOn } from './exit.ts'

/** The longest line of a message. */
const MOST_CHARACTERS = 5_000

/**
 * @param args the arguments after `elections`
 * @returns the exit code of the process; undefined if the command sets it, or keeps running
 */
export async function run(args: readonly string[]): Promise<number | undefined> {
  try {
    await (await programFor(args)).parseAsync(args, { from: 'user' })
    return undefined
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BAD_INPUT
    const { code, message } = verdictOn(error)
    // Messages can quote text that strangers wrote.
    const lines = message.split('\n').map((line) => printable(line, MOST_CHARACTERS))
    console.error(`elections: ${lines.join('\n')}`)
    return code
  }
}

/** If the first argument names a command, only that command is loaded. */
async function programFor(args: readonly string[]): Promise<Command> {
  const [asked] = args
  const program = new Command(PROGRAM)
    .description(
      'Real-time elections: one-time voter keys, durable ballots, a live count that anyone can verify.',
    )
    .version(VERSION)
    .addHelpText(
      'after',
      `
Start here:
  elections demo                                    an election that is running in seconds
  elections init --definition election.json --roll voters.csv --data ./data
  elections serve --data ./data`,
    )
  const names = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)
  if (asked === '--version' || asked === '-V') names.length = 0
  const settle = await settlerFor(args, COMMANDS)
  for (const name of names) program.addCommand(configured((await COMMANDS[name]!()).exitOverride(), settle))
  program.exitOverride()
  program.hook('preAction', (_, command) => {
    const { data } = command.opts() as { data?: string }
    // "doctor" changes nothing, and reports open files itself.
    const closed = data === undefined || command.name() === 'doctor' ? 0 : keepPrivate(data)
    if (closed > 0)
      console.error(
        `${data}: other accounts of this machine could read or change ${closed} files and folders in ` +
          'it; now only you can',
      )
  })
  return program
}
