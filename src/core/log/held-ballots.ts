/**
 * Ballots that wait to be told, by unit of the release rule, as entries that are hashed already:
 * what is told later is copied, not made and hashed again. One packed store for all units, so that
 * a ballot costs no object. No I/O.
 */
import type { Choices } from '../election/choices.ts'
import { HASH_BYTES, type TreeHasher } from '../tlog/merkle.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { NONCE_DIGITS } from './entry.ts'
import { leafBatch } from './leaf-batch.ts'
import { lowestDraws } from './lowest-draws.ts'
import type { BallotColumns, PublishedBallots } from './release-rule.ts'

/**
 * The draw of a ballot: HMAC-SHA-256(draw key, leaf hash). A text of 32 characters below U+0100,
 * one per byte, so that texts are in the order of the bytes.
 * @param leaves packed leaf hashes
 * @param at where the ballot's begins, in bytes
 */
export type Draw = (leaves: Uint8Array, at: number) => string

export interface HeldBallots {
  /** @param unitOf the unit's number, by district index */
  readonly take: (ballots: BallotColumns, unitOf: ArrayLike<number>) => void
  /** Tells the `count` ballots of a unit that draw lowest. */
  readonly publishLowest: (unit: number, count: number, draw: Draw, published: PublishedBallots) => void
  readonly publishAll: (unit: number, published: PublishedBallots) => void
  /** Gives room back: called once per batch. */
  readonly settle: () => void
  readonly count: () => number
}

/** Ballots told whose entries are still kept, at least, before the store is packed again. */
const WORTH_PACKING = 4096

/** @param entryStarts what entries begin with, by district (entry.ts) */
export function heldBallots(hasher: TreeHasher, entryStarts: readonly string[], units: number): HeldBallots {
  const starts = entryStarts.map(utf8Bytes)
  let entries = leafBatch(hasher)
  let spare = leafBatch(hasher)
  /** By place among the entries. */
  let districts: number[] = []
  let choices: Choices[] = []
  /** The places of each unit's ballots. */
  const placesOf: number[][] = Array.from({ length: units }, () => [])
  let held = 0

  const tell = (places: readonly number[], published: PublishedBallots): void => {
    for (const place of places) published.hashed(districts[place]!, choices[place]!, entries, place)
    held -= places.length
  }

  return {
    take: (ballots, unitOf) => {
      for (let i = 0; i < ballots.count; i++) {
        const district = ballots.districts[i]!
        placesOf[unitOf[district]!]!.push(entries.count())
        entries.addBallot(starts[district]!, ballots.choices[i]!, ballots.nonces, i * NONCE_DIGITS)
        districts.push(district)
        choices.push(ballots.choices[i]!)
      }
      held += ballots.count
    },
    publishLowest: (unit, count, draw, published) => {
      const leaves = entries.unsorted()
      const drawAt = (place: number): string => draw(leaves, place * HASH_BYTES)
      const { lowest, others } = lowestDraws(placesOf[unit]!, count, drawAt)
      placesOf[unit] = others
      tell(lowest, published)
    },
    publishAll: (unit, published) => tell(placesOf[unit]!.splice(0), published),
    settle: () => {
      const gone = entries.count() - held
      if (gone < WORTH_PACKING || gone < held) return
      const kept: { districts: number[]; choices: Choices[] } = { districts: [], choices: [] }
      for (const places of placesOf)
        for (let i = 0; i < places.length; i++) {
          const place = places[i]!
          places[i] = spare.count()
          spare.addHashed(entries, place)
          kept.districts.push(districts[place]!)
          kept.choices.push(choices[place]!)
        }
      ;[entries, spare] = [spare, entries]
      spare.clear()
      ;({ districts, choices } = kept)
    },
    count: () => held,
  }
}
