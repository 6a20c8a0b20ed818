/**
 * The ballots of `votes` for the public log (contract: ports/ballot-source.ts): the verdicts of a
 * scan from offset 0, as in the recount. A position has an offset per partition, separated by
 * commas.
 *
 * Whether a record is a ballot depends on the earlier records of its partition. So a read that
 * begins where the last one ended continues with its scan. Any other read begins at offset 0,
 * yields nothing before its start position, and takes as long as a recount. Between two positions
 * the ballots are always the same; the order between partitions may differ.
 */
import type { BallotSource, BallotStretch, Position } from '../../ports/ballot-source.ts'
import type { Offsets, VotesReader } from '../../ports/votes-reader.ts'
import { offsetsAfter, offsetsOf } from './log.ts'
import { ballotsAmong, type LoggedBallot, type VotesScan, type VotesScanDeps, votesScan } from './scan.ts'

export interface VotesSourceDeps extends VotesScanDeps {
  readonly reader: Pick<VotesReader, 'toEnd' | 'ends'>
  /**
   * The final end of the ballots, once the log states that voting has ended; null until then.
   * Records after it were never acknowledged (ports/key-status.ts, `endVoting`) and are not
   * ballots.
   */
  readonly end: () => Position | null
}

const START: Position = '0'
/** Approximate limit of ballots in a stretch: longer texts cost more than they save. */
const STRETCH = 16_384

export function votesSource(deps: VotesSourceDeps): BallotSource {
  const { reader } = deps
  const ends = async (): Promise<Offsets> => {
    const end = deps.end()
    return end === null ? reader.ends() : offsetsOf(end)
  }
  /** The position and scan of the last read; the next read that begins there continues with it. */
  let standing: { readonly at: Offsets; readonly scan: VotesScan } | undefined

  const scanUpTo = async (to: Offsets): Promise<VotesScan> => {
    const scan = votesScan(deps)
    for await (const records of reader.toEnd(undefined, to)) for (const record of records) scan.judge(record)
    return scan
  }

  async function* read(from: Position, to: Position | null): AsyncGenerator<BallotStretch> {
    const until = to === null ? await ends() : offsetsOf(to)
    const begun = standing
    standing = undefined
    let at: Offsets = offsetsOf(from)
    const goesOn = begun !== undefined && positionOf(begun.at) === positionOf(at)
    const scan = goesOn ? begun.scan : await scanUpTo(at)
    for await (const records of reader.toEnd(at, until))
      for (let i = 0; i < records.length; i += STRETCH) {
        const some = records.slice(i, i + STRETCH)
        const ballots = ballotsAmong(scan, some)
        at = offsetsAfter(at, some)
        standing = { at, scan }
        yield stretchOf(ballots, at)
        if (standing?.scan !== scan) throw new Error('two reads of the ballots run at the same time')
      }
    // Offsets at the end that hold no record.
    const end = until.map((offset, partition) => Math.max(offset, at[partition] ?? 0))
    standing = { at: end, scan }
    if (positionOf(end) !== positionOf(at)) yield stretchOf([], end)
  }

  return {
    start: START,
    read,
    countAfter: async (position) => {
      const offsets = offsetsOf(position)
      const lacking = sum(ahead(offsets, await reader.ends()))
      return lacking > 0 ? -lacking : sum(ahead(await ends(), offsets))
    },
  }
}

/** By partition, how far the first offsets are ahead of the others. */
function ahead(offsets: Offsets, others: Offsets): number[] {
  return offsets.map((offset, partition) => Math.max(0, offset - (others[partition] ?? 0)))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function stretchOf(ballots: readonly LoggedBallot[], upTo: Offsets): BallotStretch {
  return {
    count: ballots.length,
    districts: ballots.map(({ district }) => district),
    choices: ballots.map(({ choices }) => choices),
    nonces: ballots.map(({ nonceHex }) => nonceHex).join(''),
    upTo: positionOf(upTo),
  }
}

/**
 * Omits trailing partitions that were not begun, so that the number of partitions need not be
 * known.
 */
function positionOf(offsets: Offsets): Position {
  const begun = offsets.findLastIndex((offset) => offset > 0)
  return begun < 0 ? START : offsets.slice(0, begun + 1).join(',')
}
