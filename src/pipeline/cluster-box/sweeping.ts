/**
 * Brings reserved ballots into the log that nobody else does: those of a gateway that died, of a
 * send that failed, of a voter who went away. Every gateway sweeps, at its own moments; sweeping
 * one ballot twice does no harm.
 */
import type { Digest } from '../../ports/digest.ts'
import type { KeyStatus } from '../../ports/key-status.ts'
import type { Timer } from '../../ports/timer.ts'
import type { Landing } from './landing.ts'

export interface SweepingDeps {
  readonly keys: KeyStatus
  readonly timer: Timer
  /** Its nonces serve as dice. */
  readonly digest: Pick<Digest, 'nonceHex'>
  readonly log: Landing
  readonly everyMs: number
  readonly sweepAfterMs: number | undefined
}

export interface Sweeping {
  readonly lastCount: () => { readonly keysLoaded: boolean; readonly reserved: number }
  /** Resolves when nothing of it is under way. */
  readonly stop: () => Promise<void>
}

const SWEEP_LIMIT = 1_024
/** Longer than a ballot takes whose gateway is well, so that healthy ones are not sent twice. */
const DEFAULT_SWEEP_AFTER_MS = 8_000

export function sweeping(deps: SweepingDeps): Sweeping {
  const { keys, timer, digest, log, everyMs, sweepAfterMs = DEFAULT_SWEEP_AFTER_MS } = deps
  let last = { keysLoaded: true, reserved: 0 }
  let stopped = false
  let cancel = () => {}
  let round: Promise<void> = Promise.resolve()

  const sweep = async (): Promise<void> => {
    const { reserved, loaded } = await keys.count()
    last = { keysLoaded: loaded, reserved }
    if (reserved === 0 || !log.isUp()) return
    const sinceMs = timer.elapsedMs()
    for (const ballot of await keys.claim(sweepAfterMs, SWEEP_LIMIT))
      log.add({ ballot, casting: undefined, sinceMs })
    log.go()
  }

  const plan = (): void => {
    if (stopped) return
    const dice = Number.parseInt(digest.nonceHex().slice(0, 4), 16) / 0x1_0000
    cancel = timer.after(everyMs * (0.5 + dice), () => {
      // Storage that cannot be asked now is asked at the next round.
      round = sweep().catch(() => {})
      round.then(plan)
    })
  }
  plan()

  return {
    lastCount: () => last,
    stop: async () => {
      stopped = true
      cancel()
      log.stop()
      await round
    },
  }
}
