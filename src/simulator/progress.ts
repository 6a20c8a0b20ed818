/** How far a simulation is: a bar on a terminal, a line now and then elsewhere, nothing for what is done at once. */
import type { WriteStream } from 'node:tty'
import { SingleBar } from 'cli-progress'
import type { SimulationProgress } from './run.ts'

const LINE_EVERY_MS = 10_000

export interface ProgressShown {
  readonly update: (progress: SimulationProgress) => void
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
  return {
    update: (progress) => {
      const { voted, voters, accepted } = progress
      const shown = { accepted: accepted.toLocaleString('en'), speed: speedOf(progress).toLocaleString('en') }
      if (running) {
        bar.setTotal(Math.max(voters, voted, 1))
        bar.update(voted, shown)
      } else bar.start(Math.max(voters, voted, 1), voted, shown)
      running = true
    },
    stop: () => {
      if (running) bar.stop()
      running = false
    },
  }
}

function lines(stream: WriteStream): ProgressShown {
  let nextMs = LINE_EVERY_MS
  return {
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
