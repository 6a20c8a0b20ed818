/**
 * The ballot log of a cluster as one that can be replayed and measured (contract:
 * ports/ballot-log.ts).
 */

import type { BallotGroup, BallotLog } from '../../ports/ballot-log.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { Offsets, RawRecord, VotesReader } from '../../ports/votes-reader.ts'
import { ballotsAmong, type LoggedBallot, type SetAside, type VotesScanDeps, votesScan } from './scan.ts'

export interface VotesLogDeps extends VotesScanDeps {
  readonly reader: VotesReader
  /**
   * Where the ballots end for good, once the public log says that voting has ended; null until
   * then.
   */
  readonly end: Position | null
  readonly onSetAside?: (reason: SetAside, partition: number, offset: number) => void
}

export interface VotesLog extends BallotLog {
  /** Reads on from where it stands: `length` tells of all ballots there when the call began. */
  readonly refresh: () => Promise<void>
}

export function votesLog(deps: VotesLogDeps): VotesLog {
  const { reader, onSetAside } = deps
  const until = deps.end === null ? undefined : offsetsOf(deps.end)
  const own = votesScan(deps)
  let at: Offsets | undefined
  let refreshing: Promise<void> | undefined

  const readOn = async (): Promise<void> => {
    for await (const records of reader.toEnd(at, until)) {
      ballotsAmong(own, records, onSetAside)
      at = offsetsAfter(at, records)
    }
  }

  return {
    length: own.ballots,
    replay: async function* () {
      const scan = votesScan(deps)
      for await (const records of reader.toEnd(undefined, until)) {
        const groups = grouped(ballotsAmong(scan, records))
        if (groups.length > 0) yield groups
      }
    },
    refresh: async () => {
      // A round under way began too early to count for this call.
      await refreshing?.catch(() => {})
      refreshing ??= readOn().finally(() => {
        refreshing = undefined
      })
      return refreshing
    },
  }
}

export function offsetsAfter(before: Offsets | undefined, records: readonly RawRecord[]): Offsets {
  const after = [...(before ?? [])]
  for (const { partition, offset } of records) {
    while (after.length <= partition) after.push(0)
    after[partition] = offset + 1
  }
  return after
}

function grouped(ballots: readonly LoggedBallot[]): BallotGroup[] {
  const groups = new Map<string, { district: number; choices: LoggedBallot['choices']; times: number }>()
  for (const { district, choices } of ballots) {
    const name = `${district} ${choices}`
    const group = groups.get(name)
    if (group) group.times++
    else groups.set(name, { district, choices, times: 1 })
  }
  return [...groups.values()]
}

/** The offsets of a position. @throws RangeError where it is none */
export function offsetsOf(position: Position): number[] {
  if (!/^\d{1,15}(?:,\d{1,15})*$/.test(position)) throw new RangeError(`"${position}" is no position`)
  return position.split(',').map(Number)
}
