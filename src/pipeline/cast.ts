/**
 * Cast: from a voter's key and marked ballot to a receipt. It hashes the key, asks the ballot box,
 * names the ballot recorded by its tracker, and promises its place in the log. No I/O of its own.
 */
import type { MarkedBallot } from '../core/election/choices.ts'
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import type { Election } from '../core/election/definition.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import { type EntryWriter, leafText } from '../core/log/entry.ts'
import { type BallotBox, type CastBallot, isSameBallot, type RecordedBallot } from '../ports/ballot-box.ts'
import type { Clock } from '../ports/clock.ts'
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
  /**
   * That the log will hold it, a JSON object in ASCII; null where there is no log or nobody asked.
   */
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
  /** Promises for ballots recorded, by tracker, in their order; null where there is no log. */
  readonly promises: ((trackers: readonly string[]) => Promise<readonly string[]>) | null
  readonly clock: Clock
}

/** @param receipts `trackers` where nobody would keep the promises: they cost something */
export type CastStep = (
  votes: readonly Vote[],
  receipts: 'full' | 'trackers',
) => Promise<readonly CastAnswer[]>

/**
 * A receipt made while storage synced is used for this long; a later one would promise a time too
 * far in the past.
 */
const GOOD_FOR_MS = 10_000

/**
 * The step for one election; answers stand in the order of the votes. A retry gets the same
 * tracker, and a promise anew. The step's promise rejects when the outcome of a write is unknown;
 * then nobody may be answered (docs/invariants.md, "Refuse, never guess").
 *
 * Receipts are made while the ballots are being written, when this thread would wait. One is
 * returned only once its ballot's outcome is known; where that stays unknown, it is dropped.
 */
export function castStep(deps: CastDeps): CastStep {
  const { election, box, digest, entry, refusal, promises, clock } = deps
  const prefix = credentialPrefix(election.id)

  const toBallot = (vote: Vote): CastBallot => {
    const credential = digest.credential(credentialText(prefix, vote.personalId, vote.guid))
    const retryMark = vote.idempotencyKey === null ? null : digest.retryMark(credential, vote.idempotencyKey)
    return { credential, marked: vote.marked, retryMark }
  }
  /** In the places of the ballots. */
  const receiptsOf = async (
    ballots: readonly (RecordedBallot | undefined)[],
    promised: boolean,
  ): Promise<readonly (Receipt | undefined)[]> => {
    const there = ballots.filter((ballot) => ballot !== undefined)
    const trackers = there.map(({ district, choices, nonceHex }) =>
      digest.tracker(leafText(entry(district, choices, nonceHex))),
    )
    const texts = promised && promises !== null && there.length > 0 ? await promises(trackers) : undefined
    let next = 0
    return ballots.map((ballot) => {
      if (ballot === undefined) return undefined
      const at = next++
      return { tracker: trackers[at]!, promise: texts === undefined ? null : texts[at]! }
    })
  }

  return async (votes, receipts) => {
    const promised = receipts === 'full'
    const startMs = clock.nowMs()
    let underWay: readonly (RecordedBallot | undefined)[] = []
    let making: Promise<readonly (Receipt | undefined)[]> | undefined
    const outcomes = await box.cast(votes.map(toBallot), refusal(), (ballots) => {
      underWay = ballots
      making = receiptsOf(underWay, promised)
      // Awaited below. This handler keeps a rejection from going unhandled where the write fails
      // first.
      making.catch(() => {})
    })
    const early = making === undefined ? [] : await making
    if (clock.nowMs() - startMs >= GOOD_FOR_MS) underWay = []
    const isEarly = (outcome: RecordedBallot, i: number): boolean => {
      const under = underWay[i]
      return under !== undefined && isSameBallot(outcome, under)
    }
    const late = await receiptsOf(
      outcomes.map((outcome, i) =>
        typeof outcome === 'string' || isEarly(outcome, i) ? undefined : outcome,
      ),
      promised,
    )
    return outcomes.map((outcome, i) =>
      typeof outcome === 'string' ? outcome : (isEarly(outcome, i) ? early : late)[i]!,
    )
  }
}
