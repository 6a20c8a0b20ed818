/**
 * Casts the ballots of a published result in a random order through the real cast step, and
 * compares the count.
 */
import type { BallotRules } from '../core/election/choices.ts'
import { Fault } from '../core/fault.ts'
import type { CastStep, Vote } from '../pipeline/cast.ts'
import type { DerivedKeys } from './derived-keys.ts'
import { permutation } from './permutation.ts'
import { ballotsOf, type PublishedResult, totalVotes } from './published-result.ts'

/** Ballots cast together, at most. */
export const BATCH = 1024
const BATCHES_UNDER_WAY = 4

export interface RehearsalDeps {
  readonly cast: CastStep
  readonly rules: BallotRules
  readonly keys: DerivedKeys
  readonly seed: number
  readonly onProgress: (done: number, total: number) => void
  /**
   * Waits until so many ballots may have been cast, for a rehearsal people watch; at once if left
   * out.
   */
  readonly pace?: (ballots: number) => Promise<void>
  /** Ballots cast together. */
  readonly batch?: number
  /** Stops between two batches, with its reason. */
  readonly signal?: AbortSignal
}

/**
 * @throws {Fault} `ballot-refused` on the first ballot that is refused: every one of them must
 *   count; and what `signal` throws
 */
export async function castAll(result: PublishedResult, deps: RehearsalDeps): Promise<number> {
  const total = totalVotes(result)
  const ballotOf = ballotsOf(result)
  const order = permutation(total, deps.seed)
  const marked = result.candidates.map((candidate) => {
    const mark = deps.rules.markOne(candidate)
    if (typeof mark === 'string') throw new Error(`the candidate was refused: ${mark}`)
    return mark
  })
  const voteNumber = (number: number): Vote => ({
    personalId: deps.keys.personalId(number),
    guid: deps.keys.guid(number),
    marked: marked[ballotOf(number).candidate]!,
    idempotencyKey: null,
  })
  const underWay: Promise<void>[] = []
  const size = deps.batch ?? BATCH
  for (let from = 0; from < total; from += size) {
    deps.signal?.throwIfAborted()
    await deps.pace?.(from)
    const votes = Array.from({ length: Math.min(size, total - from) }, (_, i) => voteNumber(order(from + i)))
    const batch = deps.cast(votes, 'trackers').then((answers) => {
      const refusal = answers.find((answer) => typeof answer === 'string')
      if (refusal !== undefined) throw new Fault('ballot-refused', { refusal })
      deps.onProgress(Math.min(from + size, total), total)
    })
    batch.catch(() => {})
    underWay.push(batch)
    if (underWay.length >= BATCHES_UNDER_WAY) await underWay.shift()
  }
  await Promise.all(underWay)
  return total
}

export interface Mismatch {
  readonly district: string
  readonly candidate: string
  readonly published: number
  readonly counted: number
}

/** Every cell in which the count differs from the file. */
export function mismatches(
  result: PublishedResult,
  counted: readonly { readonly votes: readonly number[] }[],
): Mismatch[] {
  const width = result.candidates.length
  return result.districts.flatMap((district, d) =>
    result.candidates.flatMap((candidate, c) => {
      const published = result.votes[d * width + c]!
      const votes = counted[d]?.votes[c] ?? 0
      return votes === published ? [] : [{ district, candidate, published, counted: votes }]
    }),
  )
}
