/**
 * Which ballots a batch of the public log tells, as a rule the log's growth asks: all at once, or
 * in version 1 those of units that its gate has opened. The rule of version 2 is group-release.ts.
 * No I/O.
 */
import type { Choices } from '../election/choices.ts'
import { NONCE_DIGITS } from './entry.ts'
import type { LeafBatch } from './leaf-batch.ts'

/** Ballots column by column, as storage reads them best. */
export interface BallotColumns {
  readonly count: number
  readonly districts: ArrayLike<number>
  readonly choices: readonly Choices[]
  /** The nonces one after the other, 32 hexadecimal digits each. */
  readonly nonces: string
}

/** `nonces`: the nonce's digits are those from `nonceAt`. */
export type PublishBallot = (district: number, choices: Choices, nonces: string, nonceAt: number) => void

/** Where the ballots go that a batch tells. */
export interface PublishedBallots {
  readonly ballot: PublishBallot
  /**
   * A ballot whose entry is hashed already: entry `i` of `entries`, by the order in which they were
   * added.
   */
  readonly hashed: (district: number, choices: Choices, entries: LeafBatch, i: number) => void
}

/**
 * It sees every ballot of the log once, batch by batch, and gives `told` each that the batch tells.
 */
export interface ReleaseRule {
  readonly take: (ballots: BallotColumns, published: PublishedBallots) => void
  /** The batch ends. @param everything held ballots too: voting has closed */
  readonly endBatch: (everything: boolean, published: PublishedBallots) => void
  /** Ballots taken and not told. */
  readonly held: () => number
}

/** A ballot that is held back. */
interface HeldBallot {
  readonly district: number
  readonly choices: Choices
  readonly nonceHex: string
}

export function publishAtOnce(): ReleaseRule {
  return {
    take: ({ count, districts, choices, nonces }, published) => {
      for (let i = 0; i < count; i++) published.ballot(districts[i]!, choices[i]!, nonces, i * NONCE_DIGITS)
    },
    endBatch: () => {},
    held: () => 0,
  }
}

/** The gate of version 1 (core/tally/release.ts). */
export interface UnitGate {
  readonly unitOf: ArrayLike<number>
  readonly units: number
  readonly fold: (district: number, choices: Choices) => void
  /** Once true for a unit it stays so. */
  readonly isOpen: (unit: number) => boolean
}

export function publishThroughGate(gate: UnitGate): ReleaseRule {
  const heldOf: HeldBallot[][] = Array.from({ length: gate.units }, () => [])
  /** Units with held ballots. */
  const holding = new Set<number>()
  let held = 0
  return {
    take: ({ count, districts, choices, nonces }, published) => {
      for (let i = 0; i < count; i++) {
        const district = districts[i]!
        const unit = gate.unitOf[district]!
        if (gate.isOpen(unit)) {
          published.ballot(district, choices[i]!, nonces, i * NONCE_DIGITS)
          continue
        }
        gate.fold(district, choices[i]!)
        const nonceHex = nonces.slice(i * NONCE_DIGITS, (i + 1) * NONCE_DIGITS)
        heldOf[unit]!.push({ district, choices: choices[i]!, nonceHex })
        holding.add(unit)
        held++
      }
    },
    endBatch: (everything, published) => {
      for (const unit of holding) {
        if (!everything && !gate.isOpen(unit)) continue
        for (const { district, choices, nonceHex } of heldOf[unit]!)
          published.ballot(district, choices, nonceHex, 0)
        held -= heldOf[unit]!.length
        heldOf[unit] = []
        holding.delete(unit)
      }
    },
    held: () => held,
  }
}
