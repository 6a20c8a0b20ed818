/** The end of a server by a signal: it drains, and the process ends with what came of that. */
import { EXIT } from '../core/fault.ts'

/**
 * Calls `stop` once on the first SIGTERM, SIGINT, or loss of the launcher; a second signal ends at
 * once.
 * @returns what ends the process in the same way, if it is not ending already
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
  // The launcher holds an IPC channel; when it is killed the server must not stay behind alone.
  if (process.channel) {
    process.once('disconnect', begin)
    process.channel.unref()
  }
  return () => {
    if (!stopping) begin()
  }
}
