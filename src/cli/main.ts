/** The composition root: which commands there are, and what an error means for the one who typed it. */
import { Command, CommanderError } from 'commander'
import { keepPrivate } from '../adapters/embedded/privacy.ts'
import { printable } from '../core/printable.ts'
import { VERSION } from '../server/version.ts'
import { COMMANDS } from './commands.ts'
import { EXIT_BAD_INPUT, verdictOn } from './exit.ts'

// What a command writes is its user's alone, wherever it puts it. The public log alone opens its files itself.
process.umask(0o077)

const program = new Command('elections')
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

/** Of a line. */
const MOST_CHARACTERS = 5_000

const asked = process.argv[2]
const names = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)
for (const name of names) program.addCommand((await COMMANDS[name]!()).exitOverride())
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

// "elections export … | head" is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : EXIT_BAD_INPUT)
  const { code, message } = verdictOn(error)
  // Messages of files, servers and libraries quote what strangers wrote.
  console.error(
    `elections: ${message
      .split('\n')
      .map((line) => printable(line, MOST_CHARACTERS))
      .join('\n')}`,
  )
  process.exit(code)
}
