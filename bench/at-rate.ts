/** A steady load: one call after another at a rate, whether or not earlier ones are answered. */
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Resolves when all calls have.
 * @param rate calls per second
 * @param startMs of performance.now()
 * @throws what the first failed call throws
 */
export async function atRate(
  rate: number,
  calls: number,
  startMs: number,
  call: (number: number) => Promise<void>,
): Promise<void> {
  const underWay: Promise<void>[] = []
  for (let number = 0; number < calls; number++) {
    const waitMs = startMs + (number * 1000) / rate - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    const one = call(number)
    one.catch(() => {}) // Awaited below.
    underWay.push(one)
  }
  await Promise.all(underWay)
}
