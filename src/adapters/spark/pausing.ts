/** Waiting that can be cut short. */

export interface Pausing {
  /** Resolves after the time, or once woken, or at once where it was woken before. */
  readonly pause: (ms: number) => Promise<void>
  /** Ends the pause under way and all that would follow. */
  readonly wake: () => void
}

export function pausing(): Pausing {
  let woken = false
  let end = () => {}
  return {
    pause: (ms) =>
      new Promise((resolve) => {
        if (woken) return resolve()
        const timer = setTimeout(resolve, ms)
        end = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    wake: () => {
      woken = true
      end()
    },
  }
}
