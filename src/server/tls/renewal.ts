/** When a certificate is renewed, and when it is tried again after that has failed. Pure. */

const DAY_MS = 86_400_000
/**
 * Certificates of less are renewed at half their time: a day or two would be too little for an
 * authority that is down.
 */
const SHORT_MS = 10 * DAY_MS
/** Renewals of many servers are spread over so much of a certificate's time. */
const SPREAD = 1 / 50
/** The authority does not answer: asking costs nothing. */
const UNREACHED_MS = { first: 5_000, most: 3_600_000 }
/** It answers, and says no: it counts these, five an hour at Let's Encrypt. */
const REFUSED_MS = { first: 180_000, most: 6 * 3_600_000 }
const JITTER = 1 / 4

export interface Lifetime {
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

/** @param random from 0 to 1, the same for the life of a process */
export function renewalDueMs({ notBeforeMs, notAfterMs }: Lifetime, random: number): number {
  const lifeMs = notAfterMs - notBeforeMs
  const part = lifeMs < SHORT_MS ? 1 / 2 : 2 / 3
  return notBeforeMs + lifeMs * (part - SPREAD * random)
}

/**
 * @param failures in a row, this one included
 * @param random from 0 to 1
 */
export function retryAfterMs(failures: number, isUnreached: boolean, random: number): number {
  const { first, most } = isUnreached ? UNREACHED_MS : REFUSED_MS
  const wait = Math.min(most, first * 2 ** Math.min(30, failures - 1))
  return wait * (1 + JITTER * (2 * random - 1))
}
