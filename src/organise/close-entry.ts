/**
 * What the entries that end a public log say: a recount of every stored ballot, by the publisher
 * itself.
 */
import { sha256Hex } from '../adapters/node/digest.ts'
import type { Choices } from '../core/election/choices.ts'
import type { Election } from '../core/election/definition.ts'
import { BrokenLog } from '../core/log/broken-log.ts'
import { formatClose, formatRecord, type LogVersion } from '../core/log/record.ts'
import { pluralityTally, type TallyCounts } from '../core/tally/plurality.ts'
import { resultText } from '../core/tally/result-text.ts'
import { type ShownResult, wholeResult } from '../core/tally/shown.ts'
import type { ClosingTexts } from '../pipeline/publish/publish.ts'
import type { BallotSource, Position } from '../ports/ballot-source.ts'

export interface ClosingFacts {
  readonly v: LogVersion
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

/** Both throw {@link BrokenLog} where ballots, keys used and leaves are not as many. */
export function closingTexts(facts: ClosingFacts): ClosingTexts {
  const { v, election, issued, keysIssued, keysUsed } = facts
  /** One recount is enough where the same process goes on. */
  let counted: Recount | undefined
  const agreed = async (inLog?: number): Promise<Recount> => {
    counted ??= await recount(facts)
    const stored = counted.tally.ballots()
    if (keysUsed === stored && keysUsed <= keysIssued && (inLog ?? stored) === stored) return counted
    const leaves = inLog === undefined ? '' : `${inLog} ballots in it, `
    throw new BrokenLog(
      `the log cannot be closed: ${leaves}${stored} stored, ${keysUsed} of ${keysIssued} keys used`,
    )
  }
  const atMs = Math.max(facts.atMs, election.closesAtMs)
  return {
    end: async () => {
      const { upTo, tally } = await agreed()
      const ballots = tally.ballots()
      const text = formatRecord({ v: 2, entry: 'end', election: election.id, atMs, ballots })
      return { upTo, ballots, text }
    },
    close: async (ballots, endAtMs) => {
      const { tally } = await agreed(ballots)
      const result = wholeResult(election, issued, tally)
      return formatClose({
        v,
        entry: 'close',
        election: election.id,
        atMs: Math.max(atMs, endAtMs ?? 0),
        ballots,
        keysIssued,
        keysUsed,
        resultSha256: resultSha256(result),
        totals: result.contests.map(({ options }) => options.map(({ votes }) => votes)),
      })
    },
  }
}

interface Recount {
  readonly tally: TallyCounts
  /** The position after the last ballot counted. */
  readonly upTo: Position
}

async function recount({ election, source }: ClosingFacts): Promise<Recount> {
  const tally = pluralityTally(election)
  let upTo = source.start
  for await (const stretch of source.read(source.start, null)) {
    for (let i = 0; i < stretch.count; i++) tally.fold(stretch.districts[i]!, stretch.choices[i] as Choices)
    upTo = stretch.upTo
  }
  return { tally, upTo }
}

/**
 * The hash of the result document, by which the log's close and a certification name it; lower-case
 * hexadecimal.
 */
export function resultSha256(shown: ShownResult): string {
  return sha256Hex(resultText(shown))
}
