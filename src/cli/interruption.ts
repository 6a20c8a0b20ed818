/** Signals that come while there is something to clean up. */

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort signal for as long as there is something to clean
 * up.
 */
export function interruptible() {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let caught: NodeJS.Signals | undefined
  const onSignal = (name: NodeJS.Signals) => {
    caught ??= name
    controller.abort(new Error('interrupted: nothing was written'))
  }
  for (const name of names) process.on(name, onSignal)
  const release = () => {
    for (const name of names) process.off(name, onSignal)
  }
  return {
    signal: controller.signal,
    release,
    dieIfInterrupted: (): boolean => {
      if (caught === undefined) return false
      console.error('Interrupted: nothing was written.')
      release()
      process.kill(process.pid, caught)
      return true
    },
  }
}
