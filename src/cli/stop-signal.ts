/** The end of a server by a signal: it drains, and the exit code says whether that succeeded. */
import { EXIT } from '../core/fault.ts'

/**
 * Calls `stop` once on the first SIGTERM, SIGINT, or loss of the launcher. A second signal ends the
 * process at once.
 * @returns a function that ends the process in the same way, unless it is ending already
 */
export function onStopSignal(stop: () => Promise<void>): () => void {
  let stopping = false
  const begin = (): void => {
    if (stopping) process.exit(EXIT.fault)
    stopping = true
    stop().then(
      () => process.exit(0),
      (cause) => {
        console.error(cause)
        process.exit(EXIT.fault)
      },
    )
  }
  process.on('SIGTERM', begin)
  process.on('SIGINT', begin)
  // The launcher holds an IPC channel. If the launcher is killed, the server must end too.
  if (process.channel) {
    process.once('disconnect', begin)
    process.channel.unref()
  }
  return () => {
    if (!stopping) begin()
  }
}
