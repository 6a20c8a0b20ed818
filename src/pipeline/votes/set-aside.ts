/**
 * Follows `votes` and sets aside what is no ballot of any election known here, with its reason,
 * where people can look at it. It stops nothing: the tally and the recount pass over the same
 * records by themselves.
 *
 * What was set aside before is read back at the start, so that nothing is set aside twice, however
 * often it is restarted; one is to run at a time.
 */

import type { SetAsideRecord, SetAsideSink } from '../../ports/set-aside-sink.ts'
import type { Timer } from '../../ports/timer.ts'
import type { RawRecord, VotesReader } from '../../ports/votes-reader.ts'
import { type SetAside, type VotesScanDeps, votesScan } from './scan.ts'

export interface SetAsideDeps {
  readonly elections: readonly VotesScanDeps[]
  readonly reader: VotesReader
  readonly sink: SetAsideSink
  readonly timer: Timer
  /** Told of each failed attempt to write; it is tried again. */
  readonly onFault: (cause: unknown) => void
}

export interface SetAsideWatch {
  /** Records set aside by reason, those of earlier runs included. */
  readonly counts: () => ReadonlyMap<string, number>
  /**
   * Ballots read so far, each key's once: per election, in the order in which they were handed in.
   */
  readonly ballots: () => readonly number[]
  /** Resolves when the following has ended. */
  readonly stop: () => Promise<void>
}

const RETRY_MS = 1_000
const WRITE_RECORDS = 100

/** @throws where what was set aside before cannot be read */
export async function watchSetAside(deps: SetAsideDeps): Promise<SetAsideWatch> {
  const { elections, reader, sink, timer, onFault } = deps
  const scans = elections.map(votesScan)
  const counts = new Map<string, number>()
  /** Per partition the last offset that was set aside before. */
  const last: number[] = []
  const ending = new AbortController()

  const count = (reason: string) => counts.set(reason, (counts.get(reason) ?? 0) + 1)
  for await (const records of sink.written())
    for (const { reason, partition, offset } of records) {
      if (offset <= (last[partition] ?? -1)) continue
      last[partition] = offset
      count(reason)
    }

  const judge = (record: RawRecord): SetAside | undefined => {
    for (const scan of scans) {
      const verdict = scan.judge(record)
      if (verdict === 'other-election') continue
      return typeof verdict === 'object' || verdict === 'repeat' ? undefined : verdict
    }
    return 'unknown-election'
  }

  const write = async (records: readonly SetAsideRecord[]): Promise<void> => {
    while (!ending.signal.aborted)
      try {
        await sink.write(records)
        for (const { reason } of records) count(reason)
        return
      } catch (cause) {
        onFault(cause)
        await new Promise<void>((resolve) => {
          timer.after(RETRY_MS, resolve)
        })
      }
  }

  const follow = async (): Promise<void> => {
    for await (const records of reader.follow(undefined, ending.signal)) {
      const aside: SetAsideRecord[] = []
      for (const record of records) {
        const reason = judge(record)
        const { partition, offset, key, value, valueBytes } = record
        // Another server's election, perhaps, with millions of ballots: counted, not copied.
        if (reason === 'unknown-election') count(reason)
        else if (reason !== undefined && offset > (last[partition] ?? -1))
          aside.push({ reason, partition, offset, key, value, valueBytes })
      }
      for (let from = 0; from < aside.length; from += WRITE_RECORDS)
        await write(aside.slice(from, from + WRITE_RECORDS))
    }
  }
  const following = follow()
  // Told by stop, and by nobody before.
  following.catch(() => {})

  return {
    counts: () => counts,
    ballots: () => scans.map((scan) => scan.ballots()),
    stop: async () => {
      ending.abort()
      await following
    },
  }
}
