/** Shares as people type them: `2%` of the requests, `A=40,B=60` of the votes. */

/** Fractions of all requests; what they leave are first votes by fresh keys. */
export interface TrafficShares {
  readonly double: number
  readonly wrong: number
  readonly malformed: number
  readonly unknownCandidate: number
  readonly retry: number
}

export const NO_SHARES: TrafficShares = { double: 0, wrong: 0, malformed: 0, unknownCandidate: 0, retry: 0 }

/** Votes meant for one option, as a percentage of its contest. */
export interface Target {
  /** An option’s id or name. */
  readonly word: string
  readonly percent: number
}

const PERCENT = /^(\d+(?:\.\d+)?)\s*%$/
const SHARE = /^(\d+(?:\.\d+)?)\s*%?$/

/**
 * `2%` as 0.02. The sign is asked for, because `0.02` could mean either.
 * @returns undefined where the text is not a percentage between 0% and 100%
 */
export function parsePercent(text: string): number | undefined {
  const match = PERCENT.exec(text.trim())
  const percent = match ? Number(match[1]) : Number.NaN
  return percent <= 100 ? percent / 100 : undefined
}

/** Why the shares cannot be sent together, or undefined. */
export function trafficSharesError(shares: TrafficShares): string | undefined {
  const taken = shares.double + shares.wrong + shares.malformed + shares.unknownCandidate + shares.retry
  if (taken <= 0.99 + 1e-9) return undefined
  return `the shares of other requests add up to ${round(taken * 100)}% and must leave at least 1% for first votes`
}

/**
 * `A=40,B=60`. The last "=" of a part divides it, so an option’s name may hold one; a name with a
 * comma is given by its option’s id.
 * @returns the targets, or what is wrong
 */
export function parseTargets(text: string): readonly Target[] | { readonly error: string } {
  const targets: Target[] = []
  for (const part of text.split(',')) {
    const at = part.lastIndexOf('=')
    const word = part.slice(0, Math.max(at, 0)).trim()
    if (word === '') return { error: `"${part.trim()}" is not OPTION=PERCENT` }
    const match = SHARE.exec(part.slice(at + 1).trim())
    const percent = match ? Number(match[1]) : Number.NaN
    if (!(percent <= 100))
      return { error: `"${part.slice(at + 1).trim()}" for "${word}" is not a percentage` }
    targets.push({ word, percent })
  }
  return targets
}

export function round(value: number): number {
  return Math.round(value * 100) / 100
}
