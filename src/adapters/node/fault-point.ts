/**
 * Ends the process at a point of its work that the environment names, or halts it there
 * (`halt POINT`): how tests kill a gateway or a publisher between two steps. Read here and nowhere
 * else; without the variable nothing can happen.
 */
const VARIABLE = 'ELECTIONS_FAULT'

/** @returns what is to be called at each point; undefined where no fault is ordered */
export function orderedFault(): ((at: string) => void) | undefined {
  const ordered = process.env[VARIABLE]
  if (ordered === undefined || ordered === '') return undefined
  return (at) => {
    if (at === ordered) process.kill(process.pid, 'SIGKILL')
    if (ordered === `halt ${at}`) process.kill(process.pid, 'SIGSTOP')
  }
}
