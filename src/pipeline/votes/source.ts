/**
 * The ballots of `votes` as the public log is made of them (contract: ports/ballot-source.ts): what
 * a scan from offset 0 tells to be ballots, the same scan as the recount's. A position is an offset
 * per partition, with commas.
 *
 * Whether a record is a ballot depends on what its partition held before it, so a reading that goes
 * on where the last one ended goes on with its scan; any other begins at offset 0, tells nothing
 * until it is where it was to begin, and takes as long as a recount does. Between two positions the
 * ballots are always the same; partitions may come in any order among each other.
 */
import type { BallotSource, BallotStretch, Position } from '../../ports/ballot-source.ts'
import type { Offsets, VotesReader } from '../../ports/votes-reader.ts'
import { offsetsAfter, offsetsOf } from './log.ts'
import { ballotsAmong, type LoggedBallot, type VotesScan, type VotesScanDeps, votesScan } from './scan.ts'

export interface VotesSourceDeps extends VotesScanDeps {
  readonly reader: Pick<VotesReader, 'toEnd' | 'ends'>
  /**
   * Where the ballots end for good, once the log says that voting has ended; null until then. What
   * lands behind it was acknowledged by nobody (ports/key-status.ts, `endVoting`) and is no ballot.
   */
  readonly end: () => Position | null
}

const START: Position = '0'
/** Ballots of a stretch at most, about: longer texts cost more than they save. */
const STRETCH = 16_384

export function votesSource(deps: VotesSourceDeps): BallotSource {
  const { reader } = deps
  const ends = async (): Promise<Offsets> => {
    const end = deps.end()
    return end === null ? reader.ends() : offsetsOf(end)
  }
  /** Where the last reading stands, and its scan; taken by the next that goes on from there. */
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
        if (standing?.scan !== scan) throw new Error('the ballots are read twice at once')
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

/** By partition, how far the first are before the others. */
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

/** Partitions at the end that were not begun are left out: how many there are need not be known. */
function positionOf(offsets: Offsets): Position {
  const begun = offsets.findLastIndex((offset) => offset > 0)
  return begun < 0 ? START : offsets.slice(0, begun + 1).join(',')
}
