/** Progress of long work, told on stderr. */
import { SingleBar } from 'cli-progress'

const QUIET_MS = 2_000

/**
 * A bar on a terminal, a line every tenth of the way elsewhere, nothing for what is done at once.
 */
export async function withProgress<Result>(
  task: string,
  signal: AbortSignal | undefined,
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: `${task.padEnd(24)} {bar} {percentage} %  {duration_formatted}`,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        hideCursor: true,
      })
    : undefined
  let tenths = 0
  let quietUntilMs = performance.now() + QUIET_MS
  bar?.start(1, 0)
  try {
    const result = await work((done, total) => {
      signal?.throwIfAborted()
      bar?.setTotal(total)
      bar?.update(done)
      const reached = Math.floor((done * 10) / total)
      if (bar !== undefined || done >= total || reached <= tenths || performance.now() < quietUntilMs) return
      console.error(`${task}: ${reached * 10} %`)
      tenths = reached
      quietUntilMs = performance.now() + QUIET_MS
    })
    return result
  } finally {
    bar?.stop()
  }
}
