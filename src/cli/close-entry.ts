/** What the close of the public log says: a recount of every stored ballot, by the publisher itself. */
import { sha256Hex } from '../adapters/node/digest.ts'
import type { Choices } from '../core/election/choices.ts'
import type { Election } from '../core/election/definition.ts'
import { BrokenLog } from '../core/log/broken-log.ts'
import { formatClose, type LogRecord, parseRecord } from '../core/log/record.ts'
import { pluralityTally } from '../core/tally/plurality.ts'
import { resultText } from '../core/tally/result-text.ts'
import { type ShownResult, shownResult } from '../core/tally/shown.ts'
import type { BallotSource } from '../ports/ballot-source.ts'

export interface CloseFacts {
  readonly election: Election
  readonly source: BallotSource
  /** Keys issued per district when the election was made. */
  readonly issued: ArrayLike<number>
  /** Size of the roll in force. */
  readonly keysIssued: number
  /** Keys spent, by the ballot box's own count. */
  readonly keysUsed: number
  readonly atMs: number
}

/**
 * @returns the text of the close entry of a log with so many ballots
 * @throws {BrokenLog} where ballots, keys used and leaves are not as many
 */
export async function closeEntry(facts: CloseFacts, ballots: number): Promise<string> {
  const { election, source, issued, keysIssued, keysUsed, atMs } = facts
  const tally = pluralityTally(election)
  for await (const { count, districts, choices } of source.read(source.start, null))
    for (let i = 0; i < count; i++) tally.fold(districts[i]!, choices[i] as Choices)
  if (tally.ballots() !== ballots || keysUsed !== ballots || keysUsed > keysIssued)
    throw new BrokenLog(
      `the log cannot be closed: ${ballots} ballots in it, ${tally.ballots()} stored, ${keysUsed} of ${keysIssued} keys used`,
    )
  const shown = shownResult(election, 'closed', issued, tally)!
  return formatClose({
    entry: 'close',
    election: election.id,
    atMs: Math.max(atMs, election.closesAtMs),
    ballots,
    keysIssued,
    keysUsed,
    resultSha256: resultSha256(shown),
    totals: shown.contests.map(({ options }) => options.map(({ votes }) => votes)),
  })
}

/** The hash of the result document, by which the log's close and a certification name it; lower-case hexadecimal. */
export function resultSha256(shown: ShownResult): string {
  return sha256Hex(resultText(shown))
}

/** The election with what amendments have changed, and the keys issued by now. */
export function amended(
  election: Election,
  records: readonly string[],
): { readonly election: Election; readonly keysIssued: number } {
  let closesAtMs = election.closesAtMs
  let keysIssued = 0
  for (const record of records.map((text): LogRecord => parseRecord(text))) {
    if (record.entry === 'genesis') keysIssued = record.roll.size
    if (record.entry !== 'amendment') continue
    if ('roll' in record.change) keysIssued = record.change.roll.size
    else closesAtMs = record.change.closesAtMs
  }
  return { election: { ...election, closesAtMs }, keysIssued }
}
