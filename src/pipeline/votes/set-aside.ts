/**
 * Follows `votes` and copies records that are not ballots of a known election, with the reason, to
 * where people can inspect them. It stops nothing: the tally and the recount skip the same records
 * on their own.
 *
 * At the start it reads back what was set aside before, so that nothing is set aside twice, however
 * often it restarts. Only one process may run it.
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
  /** Called for each failed write, which is then repeated. */
  readonly onFault: (cause: unknown) => void
}

export interface SetAsideWatch {
  /** Records set aside by reason, including those of earlier runs. */
  readonly counts: () => ReadonlyMap<string, number>
  /** Ballots read so far, counting each key once: per election, in the order of `elections`. */
  readonly ballots: () => readonly number[]
  /** Resolves when it no longer follows. */
  readonly stop: () => Promise<void>
}

const RETRY_MS = 1_000
const WRITE_RECORDS = 100

/** @throws if the records set aside before cannot be read */
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
        // Perhaps another server's election, with millions of ballots: counted, not copied.
        if (reason === 'unknown-election') count(reason)
        else if (reason !== undefined && offset > (last[partition] ?? -1))
          aside.push({ reason, partition, offset, key, value, valueBytes })
      }
      for (let from = 0; from < aside.length; from += WRITE_RECORDS)
        await write(aside.slice(from, from + WRITE_RECORDS))
    }
  }
  const following = follow()
  // `stop` reports this error.
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
