/**
 * The texts of the entries that end a public log. The publisher recounts every stored ballot for
 * them.
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
  /** Keys issued per district when the election was created. */
  readonly issued: ArrayLike<number>
  /** Size of the voter roll, late voters included. */
  readonly keysIssued: number
  /** Used keys, as the ballot box counts them. */
  readonly keysUsed: number
  readonly atMs: number
}

/** @throws {BrokenLog} from both, if the numbers of ballots, used keys and leaves differ */
export function closingTexts(facts: ClosingFacts): ClosingTexts {
  const { v, election, issued, keysIssued, keysUsed } = facts
  /** One recount serves both entries if the same process writes them. */
  let counted: Recount | undefined
  const agreed = async (inLog?: number): Promise<Recount> => {
    counted ??= await recount(facts)
    const stored = counted.tally.ballots()
    if (keysUsed === stored && keysUsed <= keysIssued && (inLog ?? stored) === stored) return counted
    const leaves = inLog === undefined ? '' : `${inLog} ballots in it, `
    throw new BrokenLog(
      `the public log cannot be closed: ${leaves}${stored} ballots stored, ${keysUsed} of ` +
        `${keysIssued} keys used`,
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
 * The SHA-256 of the result document, lower-case hexadecimal. The log's close and a certification
 * contain it.
 */
export function resultSha256(shown: ShownResult): string {
  return sha256Hex(resultText(shown))
}
