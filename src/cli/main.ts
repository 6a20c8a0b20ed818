/** The program: one command, and the end of its process. */
import { run } from './run.ts'

// Only the user may read the files that a command writes. The public log sets the modes of its own
// files.
process.umask(0o077)

// "elections export … | head" is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const code = await run(process.argv.slice(2))
if (code !== undefined) process.exit(code)
