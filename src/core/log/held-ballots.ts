/**
 * Held ballots, by unit of the release rule, as hashed entries: a ballot that is published later is
 * copied, not written and hashed again. All units share one packed store, so that a ballot costs no
 * object.
 */
import type { Choices } from '../election/choices.ts'
import { HASH_BYTES, type TreeHasher } from '../tlog/merkle.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { NONCE_DIGITS } from './entry.ts'
import { leafBatch } from './leaf-batch.ts'
import { lowestDraws } from './lowest-draws.ts'
import type { BallotColumns, PublishedBallots } from './release-rule.ts'

/**
 * The draw of a ballot: HMAC-SHA-256(draw key, leaf hash), as a text of 32 characters below U+0100,
 * one per byte. Comparing two texts compares the bytes.
 * @param leaves packed leaf hashes
 * @param at the first byte of the ballot's hash
 */
export type Draw = (leaves: Uint8Array, at: number) => string

export interface HeldBallots {
  /** @param unitOf the unit's number, by district index */
  readonly take: (ballots: BallotColumns, unitOf: ArrayLike<number>) => void
  /** Publishes the `count` ballots of a unit that have the lowest draws. */
  readonly publishLowest: (unit: number, count: number, draw: Draw, published: PublishedBallots) => void
  readonly publishAll: (unit: number, published: PublishedBallots) => void
  /** Releases memory; called once per batch. */
  readonly settle: () => void
  readonly count: () => number
}

/**
 * The least number of published ballots whose entries are still in the store when it is packed
 * again.
 */
const WORTH_PACKING = 4096

/**
 * Creates an empty store.
 * @param entryStarts the beginnings of entries, by district index (entry.ts)
 */
export function heldBallots(hasher: TreeHasher, entryStarts: readonly string[], units: number): HeldBallots {
  const starts = entryStarts.map(utf8Bytes)
  let entries = leafBatch(hasher)
  let spare = leafBatch(hasher)
  /** By position among the entries. */
  let districts: number[] = []
  let choices: Choices[] = []
  /** The positions of each unit's ballots. */
  const placesOf: number[][] = Array.from({ length: units }, () => [])
  let held = 0

  const publish = (places: readonly number[], published: PublishedBallots): void => {
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
      publish(lowest, published)
    },
    publishAll: (unit, published) => publish(placesOf[unit]!.splice(0), published),
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
