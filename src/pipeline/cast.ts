/**
 * Cast: from a voter's key and marked ballot to a receipt. It hashes the key, asks the ballot box, names the ballot
 * recorded by its tracker, and promises its place in the log. No I/O of its own.
 */
import type { MarkedBallot } from '../core/election/choices.ts'
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import type { Election } from '../core/election/definition.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import { type EntryWriter, leafText } from '../core/log/entry.ts'
import type { BallotBox, CastBallot, CastOutcome } from '../ports/ballot-box.ts'
import type { Digest } from '../ports/digest.ts'

export interface Vote {
  readonly personalId: string
  readonly guid: string
  readonly marked: MarkedBallot
  /** The client's word for this attempt, so that it may ask again; null when it gave none. */
  readonly idempotencyKey: string | null
}

/** Proof for the voter. */
export interface Receipt {
  /** The leaf hash of the ballot recorded, base64url. */
  readonly tracker: string
  /** That the log will hold it, a JSON object in ASCII; null where there is no log or nobody asked. */
  readonly promise: string | null
}

export type CastAnswer = Receipt | RefusalCode

export interface CastDeps {
  readonly election: Pick<Election, 'id'>
  readonly box: BallotBox
  readonly digest: Digest
  readonly entry: EntryWriter
  /** What a new ballot gets now: null while voting is open. */
  readonly refusal: () => RefusalCode | null
  /** Promises for ballots recorded, by tracker and district, in their order; null where there is no log. */
  readonly promises:
    | ((trackers: readonly string[], districts: readonly number[]) => Promise<readonly string[]>)
    | null
}

/** @param receipts `trackers` where nobody would keep the promises: they cost something */
export type CastStep = (
  votes: readonly Vote[],
  receipts: 'full' | 'trackers',
) => Promise<readonly CastAnswer[]>

/**
 * The step for one election; answers stand in the order of the votes. A retry gets the same tracker, and a promise anew.
 * The step's promise rejects when the outcome of a write is unknown; then nobody may be answered (invariant 9).
 */
export function castStep({ election, box, digest, entry, refusal, promises }: CastDeps): CastStep {
  const prefix = credentialPrefix(election.id)

  const toBallot = (vote: Vote): CastBallot => {
    const credential = digest.credential(credentialText(prefix, vote.personalId, vote.guid))
    const retryMark = vote.idempotencyKey === null ? null : digest.retryMark(credential, vote.idempotencyKey)
    return { credential, marked: vote.marked, retryMark }
  }
  const toAnswers = async (
    outcomes: readonly CastOutcome[],
    promised: boolean,
  ): Promise<readonly CastAnswer[]> => {
    const trackers: string[] = []
    const districts: number[] = []
    for (const outcome of outcomes) {
      if (typeof outcome === 'string') continue
      const { district, choices, nonceHex } = outcome
      trackers.push(digest.tracker(leafText(entry(district, choices, nonceHex))))
      districts.push(district)
    }
    const isPromised = promised && promises !== null && trackers.length > 0
    const texts = isPromised ? await promises(trackers, districts) : null
    let next = 0
    return outcomes.map((outcome) => {
      if (typeof outcome === 'string') return outcome
      const promise = texts === null ? null : texts[next]!
      return { tracker: trackers[next++]!, promise }
    })
  }

  return async (votes, receipts) => {
    const outcomes = await box.cast(votes.map(toBallot), refusal())
    return toAnswers(outcomes, receipts === 'full')
  }
}
