/**
 * Ends or halts (`halt POINT`) the process at a point that the environment variable names. Tests
 * use it to kill a gateway or a publisher between two steps. The variable is read only here;
 * without it nothing happens.
 */
const VARIABLE = 'ELECTIONS_FAULT'

/** @returns the function to call at each point; undefined if no fault is requested */
export function orderedFault(): ((at: string) => void) | undefined {
  const ordered = process.env[VARIABLE]
  if (ordered === undefined || ordered === '') return undefined
  return (at) => {
    if (at === ordered) process.kill(process.pid, 'SIGKILL')
    if (ordered === `halt ${at}`) process.kill(process.pid, 'SIGSTOP')
  }
}
