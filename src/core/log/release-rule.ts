/**
 * The release rule: which ballots a batch of the public log publishes. Either all at once, or in
 * version 1 those of units that its gate has opened. group-release.ts has the rule of version 2.
 */
import type { Choices } from '../election/choices.ts'
import { NONCE_DIGITS } from './entry.ts'
import type { LeafBatch } from './leaf-batch.ts'

/** Ballots as columns, which storage reads fastest. */
export interface BallotColumns {
  readonly count: number
  readonly districts: ArrayLike<number>
  readonly choices: readonly Choices[]
  /** All nonces, 32 hexadecimal digits each, without separators. */
  readonly nonces: string
}

/** Receives a ballot. `nonces` has the 32 digits of its nonce from `nonceAt`. */
export type PublishBallot = (district: number, choices: Choices, nonces: string, nonceAt: number) => void

/** Receives the ballots that a batch publishes. */
export interface PublishedBallots {
  readonly ballot: PublishBallot
  /**
   * Receives a ballot whose entry is already hashed: entry `i` of `entries`, in the order in which
   * they were added.
   */
  readonly hashed: (district: number, choices: Choices, entries: LeafBatch, i: number) => void
}

/**
 * Gets every ballot of the log once, batch by batch, and passes each ballot to `published` when it
 * is published.
 */
export interface ReleaseRule {
  readonly take: (ballots: BallotColumns, published: PublishedBallots) => void
  /**
   * Ends the batch.
   * @param everything whether all held ballots are published: voting has closed
   */
  readonly endBatch: (everything: boolean, published: PublishedBallots) => void
  /** The number of ballots taken but not published. */
  readonly held: () => number
}

/** A held ballot. */
interface HeldBallot {
  readonly district: number
  readonly choices: Choices
  readonly nonceHex: string
}

/** Creates the rule that publishes every ballot in its batch. */
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
  /** Once true for a unit, it stays true. */
  readonly isOpen: (unit: number) => boolean
}

/**
 * Creates the release rule of version 1 (docs/protocol.md, "Release"): holds the ballots of a unit
 * until its gate opens.
 */
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
