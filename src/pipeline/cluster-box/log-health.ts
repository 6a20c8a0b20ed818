/**
 * Whether the log can be written: down after a failed append, up after one that succeeded or a
 * probe that was answered.
 */
import type { ClusterBoxDeps } from './box-contract.ts'

const PROBE_MS = 500

export interface LogHealth {
  readonly isUp: () => boolean
  /** An append failed: the log is asked now and then until it is there again. */
  readonly failed: (cause: unknown) => void
  /** Asks no more. */
  readonly stop: () => void
}

export function logHealth({
  append,
  timer,
  onLogState = () => {},
}: Pick<ClusterBoxDeps, 'append' | 'timer' | 'onLogState'>): LogHealth {
  let up = true
  let stopped = false
  let cancelProbe = () => {}

  const probe = (): void => {
    cancelProbe = timer.after(PROBE_MS, async () => {
      try {
        await append.probe()
        up = true
        onLogState(true)
      } catch {
        if (!stopped) probe()
      }
    })
  }

  return {
    isUp: () => up,
    failed: (cause) => {
      if (!up || stopped) return
      up = false
      onLogState(false, cause)
      probe()
    },
    stop: () => {
      stopped = true
      cancelProbe()
    },
  }
}
