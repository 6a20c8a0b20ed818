/** Runs one command: which there are, and what an error means for the one who typed it. */
import { Command, CommanderError } from 'commander'
import { keepPrivate } from '../adapters/embedded/privacy.ts'
import { printable } from '../core/printable.ts'
import { VERSION } from '../server/version.ts'
import { COMMANDS } from './commands.ts'
import { configured, settlerFor } from './config/configured.ts'
import { PROGRAM } from './config/settings.ts'
import { EXIT_BAD_INPUT, verdictOn } from './exit.ts'

/** Of a line. */
const MOST_CHARACTERS = 5_000

/**
 * @param args what stands behind `elections`
 * @returns what the process is to end with; undefined where the command ends, or goes on, by itself
 */
export async function run(args: readonly string[]): Promise<number | undefined> {
  try {
    await (await programFor(args)).parseAsync(args, { from: 'user' })
    return undefined
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BAD_INPUT
    const { code, message } = verdictOn(error)
    // Messages of files, servers and libraries quote what strangers wrote.
    const lines = message.split('\n').map((line) => printable(line, MOST_CHARACTERS))
    console.error(`elections: ${lines.join('\n')}`)
    return code
  }
}

/** Where the first is the name of a command, the others are not loaded. */
async function programFor(args: readonly string[]): Promise<Command> {
  const [asked] = args
  const program = new Command(PROGRAM)
    .description('Real-time elections: one-time voter keys, durable ballots, a live count anyone can check.')
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
    // "doctor" changes nothing, and says what is open.
    const closed = data === undefined || command.name() === 'doctor' ? 0 : keepPrivate(data)
    if (closed > 0)
      console.error(
        `${data}: others on this machine could read or change ${closed} files and folders in it; from now on only you can`,
      )
  })
  return program
}
