/** The program: one command, and the end of its process. */
import { run } from './run.ts'

// What a command writes is its user's alone, wherever it puts it. The public log alone opens its
// files itself.
process.umask(0o077)

// "elections export … | head" is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const code = await run(process.argv.slice(2))
if (code !== undefined) process.exit(code)
