/** A pause that can be ended early. */

export interface Pausing {
  /** Resolves after the time, when woken, or at once if woken before. */
  readonly pause: (ms: number) => Promise<void>
  /** Ends the current pause and all later ones. */
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
