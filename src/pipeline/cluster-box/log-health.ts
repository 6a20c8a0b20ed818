/**
 * Whether the log can be written: down after a failed append, up after a successful append or an
 * answered probe.
 */
import type { ClusterBoxDeps } from './box-contract.ts'

const PROBE_MS = 500

export interface LogHealth {
  readonly isUp: () => boolean
  /** Call it after a failed append: the log is probed until it is available again. */
  readonly failed: (cause: unknown) => void
  /** Stops probing. */
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
