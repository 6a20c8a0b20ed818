/**
 * A world that a seed decides: chance, a clock that moves only when everybody waits, and processes
 * that are interleaved at each of their steps. The same seed and the same processes give the same
 * history, step by step.
 */
import { random } from '../log/honest-log.ts'

export interface Chance {
  /** In [0, 1). */
  readonly next: () => number
  /** 0 to `count` - 1. */
  readonly below: (count: number) => number
  readonly bytes: (count: number) => Buffer
  readonly shuffled: <T>(items: readonly T[]) => T[]
}

export function chance(seed: number): Chance {
  const next = random(seed)
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
    shuffled: (items) => {
      const out = [...items]
      for (let i = out.length - 1; i > 0; i--) {
        const j = below(i + 1)
        ;[out[i], out[j]] = [out[j]!, out[i]!]
      }
      return out
    },
  }
}

/**
 * What a process does: it yields before each step that others may come before, with the
 * milliseconds it waits.
 */
export type Steps<T = void> = Generator<number, T, void>

export interface Process {
  readonly name: string
  /** Ends it where it stands: what it had done stays done. */
  readonly kill: () => void
  readonly isAlive: () => boolean
  /** It does nothing more for so long, as a process that is paused. */
  readonly pause: (ms: number) => void
}

export interface World {
  readonly nowMs: () => number
  readonly start: (name: string, steps: Steps) => Process
  /** Runs until nobody has anything left to do, or the clock has come so far. */
  readonly run: (untilMs: number) => void
  readonly note: (line: string) => void
  readonly trace: () => readonly string[]
}

interface Due {
  readonly atMs: number
  readonly tie: number
  readonly process: Process & { pausedUntilMs: number; readonly steps: Steps }
}

export function world(seed: number): World {
  const chanceOf = chance(seed ^ 0x5eed)
  const queue: Due[] = []
  const lines: string[] = []
  let now = 0
  const add = (process: Due['process'], afterMs: number) =>
    queue.push({ atMs: now + afterMs, tie: chanceOf.next(), process })
  const takeNext = (): Due => {
    let first = 0
    for (let i = 1; i < queue.length; i++) {
      const [a, b] = [queue[i]!, queue[first]!]
      if (a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie)) first = i
    }
    const due = queue[first]!
    queue[first] = queue.at(-1)!
    queue.pop()
    return due
  }
  return {
    nowMs: () => now,
    start: (name, steps) => {
      let alive = true
      const process: Due['process'] = {
        ...{ name, steps, pausedUntilMs: 0 },
        kill: () => {
          alive = false
        },
        isAlive: () => alive,
        pause: (ms) => {
          process.pausedUntilMs = now + ms
        },
      }
      add(process, 0)
      return process
    },
    run: (untilMs) => {
      while (queue.length > 0) {
        const { atMs, process } = takeNext()
        if (atMs > untilMs) return
        now = Math.max(now, atMs)
        if (!process.isAlive()) continue
        if (process.pausedUntilMs > now) {
          add(process, process.pausedUntilMs - now)
          continue
        }
        const step = process.steps.next()
        if (step.done) process.kill()
        else add(process, step.value)
      }
    },
    note: (line) => lines.push(`${(now / 1000).toFixed(3).padStart(9)} s  ${line}`),
    trace: () => lines,
  }
}
