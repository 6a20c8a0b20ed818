/**
 * Cast: from a voter's key and marked ballot to a receipt. It hashes the key, asks the ballot box, and names the
 * ballot recorded by its tracker. No I/O of its own.
 */
import type { MarkedBallot } from '../core/election/choices.ts'
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import type { Election } from '../core/election/definition.ts'
import { type Phase, REFUSAL_IN } from '../core/election/phase.ts'
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

/** Proof for the voter: the leaf hash of the ballot recorded, base64url. */
export interface Receipt {
  readonly tracker: string
}

export type CastAnswer = Receipt | RefusalCode

export interface CastDeps {
  readonly election: Pick<Election, 'id'>
  readonly box: BallotBox
  readonly digest: Digest
  readonly entry: EntryWriter
  readonly phase: () => Phase
}

export type CastStep = (votes: readonly Vote[]) => Promise<readonly CastAnswer[]>

/**
 * The step for one election; answers stand in the order of the votes.
 * The step's promise rejects when the outcome of a write is unknown; then nobody may be answered (invariant 9).
 */
export function castStep({ election, box, digest, entry, phase }: CastDeps): CastStep {
  const prefix = credentialPrefix(election.id)

  const toBallot = (vote: Vote): CastBallot => {
    const credential = digest.credential(credentialText(prefix, vote.personalId, vote.guid))
    const retryMark = vote.idempotencyKey === null ? null : digest.retryMark(credential, vote.idempotencyKey)
    return { credential, marked: vote.marked, retryMark }
  }
  const toAnswer = (outcome: CastOutcome): CastAnswer => {
    if (typeof outcome === 'string') return outcome
    const { district, choices, nonceHex } = outcome
    return { tracker: digest.tracker(leafText(entry(district, choices, nonceHex))) }
  }

  return async (votes) => (await box.cast(votes.map(toBallot), REFUSAL_IN[phase()])).map(toAnswer)
}
