/**
 * Extend: answers a request to extend voting, which a command sends to the publisher of the log,
 * with an amendment or a refusal.
 */
import type { Election } from '../core/election/definition.ts'
import { formatRecord, type LogVersion } from '../core/log/record.ts'
import type { AskedExtensions } from '../ports/asked-extensions.ts'
import type { Clock } from '../ports/clock.ts'
import type { VotingEnd, VotingEnds } from '../ports/voting-end.ts'

export interface ExtendDeps {
  /** As defined originally. */
  readonly election: Pick<Election, 'id' | 'closesAtMs'>
  /** The version of the log. */
  readonly v: LogVersion
  readonly asked: AskedExtensions
  readonly ends: Pick<VotingEnds, 'read'>
  readonly clock: Clock
  /**
   * Publishes an amendment.
   * @throws if the end was fixed since it was last read
   */
  readonly amend: (text: string) => Promise<void>
}

/** Answers the first unanswered request, if there is one. */
export async function answerExtension({ election, v, asked, ends, clock, amend }: ExtendDeps): Promise<void> {
  const extension = await asked.next()
  if (extension === undefined) return
  const { closesAtMs } = extension
  const atMs = clock.nowMs()
  const why = whyNotExtended(election, await ends.read(), closesAtMs, atMs)
  if (why !== null) return asked.refuse(extension, why)
  await amend(formatRecord({ v, entry: 'amendment', election: election.id, atMs, change: { closesAtMs } }))
}

/** Why voting cannot be extended to that moment, in words; null if it can. */
export function whyNotExtended(
  election: Pick<Election, 'closesAtMs'>,
  { extendedToMs, isFixed, isClosed }: VotingEnd,
  toMs: number,
  nowMs: number,
): string | null {
  const endsAtMs = extendedToMs ?? election.closesAtMs
  const endsAt = new Date(endsAtMs).toISOString()
  if (isClosed || nowMs >= endsAtMs) return 'voting has ended and cannot be opened again'
  if (toMs <= endsAtMs) return `voting already ends at ${endsAt}: give a later time`
  if (isFixed)
    return `voting ends at ${endsAt}, and the gateways are about to close: it is too late to extend it`
  return null
}
