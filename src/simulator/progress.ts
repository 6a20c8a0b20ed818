/**
 * How far a simulation is: a bar on a terminal, a line now and then elsewhere, nothing for what is
 * done at once.
 */
import type { WriteStream } from 'node:tty'
import { SingleBar } from 'cli-progress'
import type { SimulationProgress } from './run.ts'

const LINE_EVERY_MS = 10_000
const SETTLING_EVERY_MS = 5_000

export interface ProgressShown {
  readonly update: (progress: SimulationProgress) => void
  /** All votes are cast; now so many of those accepted are counted. */
  readonly settling: (counted: number, accepted: number) => void
  readonly stop: () => void
}

export function simulationProgress(stream: WriteStream): ProgressShown {
  if (!stream.isTTY) return lines(stream)
  const bar = new SingleBar({
    format: 'Voting  {bar} {percentage} %  {accepted} accepted  {speed}/s  {duration_formatted}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
  })
  let running = false
  const stop = () => {
    if (running) bar.stop()
    running = false
  }
  const settling = settlingLines(stream)
  return {
    settling: (counted, accepted) => {
      stop()
      settling(counted, accepted)
    },
    update: (progress) => {
      const { voted, voters, accepted } = progress
      const shown = { accepted: accepted.toLocaleString('en'), speed: speedOf(progress).toLocaleString('en') }
      if (running) {
        bar.setTotal(Math.max(voters, voted, 1))
        bar.update(voted, shown)
      } else bar.start(Math.max(voters, voted, 1), voted, shown)
      running = true
    },
    stop,
  }
}

function settlingLines(stream: WriteStream): ProgressShown['settling'] {
  let nextMs = performance.now() + SETTLING_EVERY_MS / 5
  return (counted, accepted) => {
    if (performance.now() < nextMs) return
    nextMs = performance.now() + SETTLING_EVERY_MS
    stream.write(
      `Waiting for the count: ${counted.toLocaleString('en')} of ${accepted.toLocaleString('en')} accepted votes counted\n`,
    )
  }
}

function lines(stream: WriteStream): ProgressShown {
  let nextMs = LINE_EVERY_MS
  return {
    settling: settlingLines(stream),
    update: (progress) => {
      if (progress.elapsedMs < nextMs) return
      nextMs = progress.elapsedMs + LINE_EVERY_MS
      const [voted, voters, accepted, speed] = [
        progress.voted,
        progress.voters,
        progress.accepted,
        speedOf(progress),
      ].map((count) => count.toLocaleString('en'))
      stream.write(
        `Voting: ${voted} of at most ${voters} voters, ${accepted} accepted, ${speed} requests/s\n`,
      )
    },
    stop: () => {},
  }
}

function speedOf({ sent, elapsedMs }: SimulationProgress): number {
  return elapsedMs > 0 ? Math.round((sent * 1000) / elapsedMs) : 0
}
