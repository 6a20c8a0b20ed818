/** A ballot on its way through a cluster's ballot box, and what is known of its key. No I/O. */
import type { Choices } from '../../core/election/choices.ts'
import type { RefusalCode } from '../../core/election/refusal.ts'
import type { CastBallot, CastOutcome, RecordedBallot } from '../../ports/ballot-box.ts'
import type { Tag } from '../../ports/digest.ts'
import type { ReservedBallot, UsedKey } from '../../ports/key-status.ts'

/** One cast call: its outcomes, and how many of them are still open. */
export interface Turn {
  readonly outcomes: CastOutcome[]
  /** What new ballots of this call get; null while voting is open. */
  readonly refusal: RefusalCode | null
  /** When those still open are answered without certainty. */
  readonly deadlineMs: number
  missing: number
  readonly resolve: (outcomes: readonly CastOutcome[]) => void
}

export interface Casting {
  readonly ballot: CastBallot
  readonly tag: Tag
  readonly nonceHex: string
  readonly turn: Turn
  readonly place: number
  /** What a new ballot gets in the reservation under way; null where it is to be taken. */
  refusal: RefusalCode | null
  /** Whether a ballot with this key, this one or another, may be recorded without our knowing. */
  inDoubt: boolean
  /** When the reservation that was last answered was asked for. */
  askedMs: number
  /** Known once reserved. */
  district: number
  /** Times it waited for something to change. */
  waits: number
}

export function newCasting(
  ballot: CastBallot,
  tag: Tag,
  nonceHex: string,
  turn: Turn,
  place: number,
): Casting {
  return {
    ballot,
    tag,
    nonceHex,
    turn,
    place,
    refusal: null,
    inDoubt: false,
    askedMs: 0,
    district: -1,
    waits: 0,
  }
}

export function answer({ turn, place }: Pick<Casting, 'turn' | 'place'>, outcome: CastOutcome): void {
  turn.outcomes[place] = outcome
  if (--turn.missing === 0) turn.resolve(turn.outcomes)
}

/** A ballot to be appended: a voter waits for it, or the sweeper found it. */
export interface Appending {
  readonly ballot: ReservedBallot
  readonly casting: Casting | undefined
  /** When it was known to be reserved and not in the log. */
  readonly sinceMs: number
}

/** The ballot a key was spent on, as far as a retry may hear of it. */
export interface Spent {
  readonly retryMark: string | null
  readonly recorded: RecordedBallot | undefined
}

export function spentOn({ tag: _, retryMark, ...recorded }: ReservedBallot): Spent {
  return { retryMark, recorded }
}

export function spentKey({ district, nonceHex, retry }: UsedKey): Spent {
  if (retry === null) return { retryMark: null, recorded: undefined }
  return { retryMark: retry.mark, recorded: { district, nonceHex, choices: retry.choices } }
}

/** What a ballot gets whose key is spent (docs/invariants.md, "The same receipt again"). */
export function askedAgain(spent: Spent, retryMark: string | null): CastOutcome {
  if (retryMark === null || spent.retryMark === null || spent.recorded === undefined)
    return 'key-already-used'
  return sameMark(retryMark, spent.retryMark) ? spent.recorded : 'key-already-used'
}

/** In a time that does not tell where they differ. */
function sameMark(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % b.length)
  return difference === 0
}

export function reservedBallot({ tag, nonceHex, district, ballot }: Casting): ReservedBallot {
  const choices: Choices = ballot.marked.choices
  return { tag, district, choices, nonceHex, retryMark: ballot.retryMark }
}
