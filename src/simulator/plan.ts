/**
 * The content of each request, drawn from the seed: a first vote by a fresh key, a request of a
 * kind that must be refused, or a late retry.
 *
 * Only first votes use up the fresh key that they are offered. Wrong keys, unknown candidates and
 * malformed bodies are derived from a fresh key that votes afterwards, so that the count shows if a
 * server accepted one of them. Double votes and retries come from a sample of accepted votes of
 * fixed size: memory does not grow with the run.
 */

import type { VoterKey } from '../adapters/files/key-file.ts'
import type { Ballots, Form, Marks } from './ballots.ts'
import { malformed } from './malformed.ts'
import type { Kind, Outcome } from './outcome.ts'
import { type Random, seededRandom } from './random.ts'
import type { TrafficShares } from './shares.ts'

export interface PlannedRequest {
  readonly kind: Kind
  readonly path: string
  readonly body: string
  readonly contentType: string
  readonly idempotencyKey: string | null
  /** Any of these is a correct answer. */
  readonly must: readonly Outcome[]
  /** The ballot's marks, if it can be read. */
  readonly marks: Marks | null
  /** The voter of a first vote. */
  readonly voter: VoterKey | null
  /** The tracker that a retry must get again. */
  readonly earlierTracker: string | null
}

export interface Plan {
  /** The next request. If its kind is `first`, it has used `fresh`. */
  readonly next: (fresh: VoterKey) => PlannedRequest
  /**
   * Call this when a first vote was accepted with this tracker; double votes and retries may follow
   * it.
   */
  readonly accepted: (request: PlannedRequest, tracker: string) => void
}

export interface PlanOptions {
  readonly seed: number
  readonly shares: TrafficShares
  readonly ballots: Ballots
  /** Different in every run: otherwise the votes would be answered as retries of an earlier run. */
  readonly runId: string
}

/** Accepted votes kept for double votes and retries. */
export const SAMPLE = 4096
const JSON_TYPE = 'application/json'

interface AcceptedVote {
  readonly request: PlannedRequest
  readonly voter: VoterKey
  readonly tracker: string
}

export function plan(options: PlanOptions): Plan {
  const { shares } = options
  // Separate streams, so that a voter's choice does not depend on the order of answers.
  const kinds = seededRandom(options.seed, 1)
  const other = seededRandom(options.seed, 3)
  const sample = sampleOf(other)
  const make = requests(options, other, sample)

  const next = (fresh: VoterKey): PlannedRequest => {
    let at = kinds.fraction()
    const falls = (share: number) => {
      at -= share
      return at < 0
    }
    if (falls(shares.wrong)) return make.wrong(fresh)
    if (falls(shares.unknownCandidate)) return make.unknownCandidate(fresh)
    if (falls(shares.malformed)) return make.unreadable(fresh)
    // Before the first accepted vote there is nothing to repeat: these few become first votes.
    if (falls(shares.double)) return sample.isEmpty() ? make.first(fresh) : make.double()
    if (falls(shares.retry)) return sample.isEmpty() ? make.first(fresh) : make.retry()
    return make.first(fresh)
  }

  const accepted = (vote: PlannedRequest, tracker: string): void => {
    if (vote.voter === null || shares.double + shares.retry === 0) return
    sample.add({ request: vote, voter: vote.voter, tracker })
  }

  return { next, accepted }
}

/** A sample of accepted votes, of fixed size. */
interface Sample {
  readonly isEmpty: () => boolean
  readonly draw: () => AcceptedVote
  readonly add: (vote: AcceptedVote) => void
}

function sampleOf(random: Random): Sample {
  const votes: AcceptedVote[] = []
  return {
    isEmpty: () => votes.length === 0,
    draw: () => votes[random.below(votes.length)]!,
    add: (vote) => {
      if (votes.length < SAMPLE) votes.push(vote)
      // It replaces a random one: some of the sample are recent, some old.
      else votes[random.below(SAMPLE)] = vote
    },
  }
}

/** The requests of each kind. */
function requests({ seed, ballots, runId }: PlanOptions, other: Random, sample: Sample) {
  const choices = seededRandom(seed, 2)
  let serial = 0
  const nextKey = () => `${runId}-${serial++}`
  return {
    first: (voter: VoterKey): PlannedRequest => {
      const marks = ballots.draw(voter.district, choices)
      const form = ballots.form(voter, marks, choices)
      return request('first', form, ['accepted'], { idempotencyKey: nextKey(), marks, voter })
    },
    double: (): PlannedRequest => {
      const { voter } = sample.draw()
      const marks = ballots.draw(voter.district, other)
      const idempotencyKey = other.below(2) === 0 ? nextKey() : null
      const form = ballots.form(voter, marks, other)
      return request('double', form, ['key-already-used'], { idempotencyKey, marks })
    },
    wrong: (fresh: VoterKey): PlannedRequest => {
      const guid = randomGuid(other)
      const personalId = other.below(2) === 0 ? fresh.personal_id : `nobody-${other.hex(24)}`
      const voter = { ...fresh, personal_id: personalId, guid }
      const marks = ballots.draw(fresh.district, other)
      return request('wrong', ballots.form(voter, marks, other), ['unknown-key'], { marks })
    },
    unknownCandidate: (fresh: VoterKey): PlannedRequest =>
      request('unknown-candidate', ballots.unknownCandidate(fresh, other), ['unknown-candidate']),
    unreadable: (fresh: VoterKey): PlannedRequest => {
      const form = ballots.form(fresh, ballots.draw(fresh.district, other), other)
      return request('malformed', form, [], malformed(form, other))
    },
    retry: (): PlannedRequest => {
      const { request: earlier, tracker } = sample.draw()
      return {
        ...earlier,
        kind: 'retry',
        must: ['repeated'],
        marks: null,
        voter: null,
        earlierTracker: tracker,
      }
    },
  }
}

function request(
  kind: Kind,
  form: Form,
  must: readonly Outcome[],
  rest: Partial<PlannedRequest> = {},
): PlannedRequest {
  return {
    kind,
    path: form.path,
    body: JSON.stringify(form.members),
    contentType: JSON_TYPE,
    idempotencyKey: null,
    must,
    marks: null,
    voter: null,
    earlierTracker: null,
    ...rest,
  }
}

/** A version 4 UUID (RFC 9562) that was never issued. */
function randomGuid(random: Random): string {
  const hex = random.hex(32)
  const variant = '89ab'[random.below(4)]
  return (
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}` +
    `-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}` +
    `-${hex.slice(20)}`
  )
}
